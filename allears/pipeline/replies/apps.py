from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "allears.pipeline.replies"
    label = "replies"

    def ready(self) -> None:
        """Let what is read be compared with the saved replies."""
        from allears.pipeline.conversations.texts import finders
        from allears.pipeline.replies.helping import fit_of_saved_replies

        finders.append(fit_of_saved_replies)
