// A file in a message: an image is drawn on a canvas, which no policy of the page forbids; others are saved.
import { icon, make, on } from "./dom.js";
import { say, sizeOf } from "./languages.js";

const DRAWN = /^image\/(png|jpeg|gif|webp|avif)$/;
const LARGEST_DRAWN = 12_000_000;

/** Show a file; its bytes are fetched with the visitor's token and never through a link that others could use. */
export function fileView(server, file) {
  const label = `${file.name}, ${sizeOf(file.size)}`;
  const button = make("button.file", { title: say("save_file", { name: label }) });
  on(button, "click", () => save(server, file, button));
  if (DRAWN.test(file.content_type) && file.size <= LARGEST_DRAWN) {
    button.classList.add("picture");
    button.setAttribute("aria-label", label);
    watch(button, () => draw(server, file, button));
  } else {
    button.append(icon("file"), make("span.file-name", {}, file.name), make("small", {}, sizeOf(file.size)));
  }
  return button;
}

async function bytesOf(server, file) {
  const answer = await server.fetch(`files/${encodeURIComponent(file.id)}`);
  return answer.blob();
}

// Only what is looked at is fetched.
function watch(element, deed) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    deed();
  });
  seen.observe(element);
}

async function draw(server, file, button) {
  try {
    const image = await createImageBitmap(await bytesOf(server, file));
    const share = Math.min(1, 480 / image.width, 360 / image.height);
    const canvas = make("canvas", { width: Math.ceil(image.width * share), height: Math.ceil(image.height * share) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    button.append(canvas);
  } catch {
    button.classList.remove("picture");
    button.append(icon("file"), make("span.file-name", {}, file.name));
  }
}

async function save(server, file, button) {
  button.setAttribute("aria-busy", "true");
  try {
    const href = URL.createObjectURL(await bytesOf(server, file));
    make("a", { href, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  } catch {
    button.title = say("not_now");
  } finally {
    button.removeAttribute("aria-busy");
  }
}
