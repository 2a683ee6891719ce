"""Text of `format=flowed` (RFC 3676): lines that the program broke are joined again."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Join flowed lines, each quote depth by itself, and undo space-stuffing."""
    joined: list[str] = []
    depth_before, is_flowing = 0, False
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        is_signature = content in {"-- ", "--"}
        if is_flowing and depth == depth_before and not is_signature:
            joined[-1] += content
        else:
            joined.append(f"{'>' * depth} {content}" if depth else content)
        is_flowing = content.endswith(" ") and not is_signature
        if is_flowing and delete_space:
            joined[-1] = joined[-1][:-1]
        depth_before = depth
    return "\n".join(joined)
