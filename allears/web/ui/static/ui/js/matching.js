// How well what is typed fits what can be chosen: accents folded, words in any order, letters left out,
// and typed on the wrong one of two keyboard layouts ("ыщдму" is "solve").

const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё";
const SPECIAL = { đ: "d", ё: "е", ø: "o", ł: "l", ß: "ss" };
const SUBSEQUENCE_WITHIN = 60;

export function fold(text) {
  const plain = text.normalize("NFC").toLowerCase().replace(/[đёøłß]/g, (letter) => SPECIAL[letter]);
  return plain.normalize("NFD").replace(/\p{M}/gu, "");
}

function onOtherLayout(text) {
  const [from, to] = /\p{Script=Cyrillic}/u.test(text) ? [CYRILLIC, LATIN] : [LATIN, CYRILLIC];
  return [...text.toLowerCase()].map((letter) => to[from.indexOf(letter)] ?? letter).join("");
}

// What is typed, understood in each way: lists of folded words.
export function waysToRead(typed) {
  return [...new Set([fold(typed), fold(onOtherLayout(typed))])].map((text) => text.split(/\s+/).filter(Boolean));
}

// 0 when it does not fit, else the better the higher. `text` is folded already.
export function fit(ways, text) {
  const scores = ways.map((words, way) => {
    const found = words.map((word) => fitOne(word, text));
    return found.includes(0) ? 0 : Math.min(...found) - way;
  });
  return Math.max(0, ...scores);
}

function fitOne(word, text) {
  if (text.startsWith(word)) return 100;
  const at = text.indexOf(word);
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]) ? 40 : 80;
  return text.length <= SUBSEQUENCE_WITHIN && word.length > 2 && isWithin(word, text) ? 10 : 0;
}

// Letters in order, the first at the beginning of a word.
function isWithin(word, text) {
  let at = [...text].findIndex((letter, place) => letter === word[0] && !/[\p{L}\p{N}]/u.test(text[place - 1] ?? " "));
  for (const letter of word) {
    at = at < 0 ? at : text.indexOf(letter, at) + 1 || -1;
  }
  return at > 0;
}
