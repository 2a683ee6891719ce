// Counts a text as its network counts it: the twin of connectors/measuring.py, which decides (tests/measured.py).

const LINK = 23;
const ENDINGS =
  "com|org|net|info|biz|edu|gov|mil|int|name|pro|aero|coop|museum|mobi|jobs|travel|asia|app|dev|page|shop|store" +
  "|online|site|website|web|tech|blog|news|live|cloud|club|xyz|top|vip|icu|link|click|space|life|world|today" +
  "|email|chat|help|support|care|group|team|agency|company|digital|media|studio|design|art|global|network" +
  "|systems|solutions|services|software|academy|center|city|games|fun|one|work|social|москва|рф";
const PATH = String.raw`(?:[/?#][^\s<>"“”«»]*)?`;
const END = String.raw`(?<![.,;:!?'"…»”)\]])`;
const HOST = String.raw`(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_\-]*[\p{L}\p{N}_])?\.)+`;
const SCHEME = String.raw`https?://${HOST}[\p{L}]{2,}(?::\d+)?${PATH}${END}`;
const BARE = String.raw`${HOST}(?:[a-z]{2}|${ENDINGS})(?![\p{L}\p{N}_@\-])(?::\d+)?${PATH}${END}`;
const BEFORE = String.raw`(?<![\p{L}\p{N}_@#$.\/\-])`;
const A_LINK = new RegExp(`${BEFORE}${SCHEME}`, "giu");
const ANY_LINK = new RegExp(`${BEFORE}(?:${SCHEME}|${BARE})`, "giu");
const FAR_MENTION = /(?<![\p{L}\p{N}_/])@([a-z0-9_]+)@[a-z0-9.\-]*[a-z0-9]/giu;
const EMOJI = new RegExp(
  String.raw`\p{Regional_Indicator}{2}|[#*0-9]\uFE0F?\u20E3` +
    String.raw`|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Extended_Pictographic}(?=[\p{Emoji_Modifier}\u200D]))` +
    String.raw`[\p{Emoji_Modifier}\uFE0F]*(?:[\u{E0020}-\u{E007E}]+\u{E007F})?` +
    String.raw`(?:\u200D[\p{Extended_Pictographic}\p{Emoji_Presentation}][\p{Emoji_Modifier}\uFE0F]*)*`,
  "gu",
);
const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const countGraphemes = (text) => [...graphemes.segment(text)].length;

function weigh(text) {
  let found = 0;
  let rest = text.normalize("NFC").replace(ANY_LINK, () => ((found += LINK), ""));
  rest = rest.replace(EMOJI, () => ((found += 2), ""));
  for (const character of rest) {
    const point = character.codePointAt(0);
    found += LIGHT.some(([first, last]) => first <= point && point <= last) ? 1 : 2;
  }
  return found;
}

function shortenLinks(text) {
  let links = 0;
  const rest = text.replace(A_LINK, () => ((links += 1), " ")).replace(FAR_MENTION, "@$1");
  return links * (LINK - 1) + countGraphemes(rest);
}

const COUNTS = {
  characters: (text) => [...text].length,
  utf16: (text) => text.length,
  bytes: (text) => new TextEncoder().encode(text).length,
  graphemes: countGraphemes,
  weighted: weigh,
  short_links: shortenLinks,
};

export function lengthOf(text, unit) {
  return COUNTS[unit](text.replaceAll("\r\n", "\n"));
}

export function hasLink(text) {
  return new RegExp(ANY_LINK, "iu").test(text);
}

// The whole of what is counted: what the network wants before it, and the signature below (replies/checking.py).
export function wholeText(text, opening, signature) {
  let whole = text.replaceAll("\r\n", "\n").trim();
  if (opening && !whole.toLowerCase().includes(opening.trim().toLowerCase())) whole = opening + whole;
  return signature ? `${whole}\n\n${signature}` : whole;
}
