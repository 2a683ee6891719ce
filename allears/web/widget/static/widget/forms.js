// Small forms: who are you, where to reach you, do you mean it. They check what a browser can check.
import { make, mark, on } from "./dom.js";
import { say } from "./languages.js";

/** Make a field with its label and the place for what is wrong with it. */
export function field(name, given, isLong = false) {
  const id = `field-${name}`;
  const input = make(isLong ? "textarea" : "input", { id, name, ...given, "aria-label": say(name), "aria-describedby": `${id}-wrong` });
  const wrong = make("small.wrong", { id: `${id}-wrong` });
  on(input, "input", () => check(input, wrong, true));
  const label = make("label", { htmlFor: id }, say(name), !given.required && make("small", {}, say("optional")));
  return make("div.field", {}, label, input, wrong);
}

function check(input, wrong, isForgiving) {
  const isWrong = !input.value.trim() ? input.required : !input.checkValidity();
  if (isWrong && isForgiving) return true;
  wrong.textContent = isWrong ? say(input.value.trim() ? "wrong_email" : "needed") : "";
  mark(input, "aria-invalid", isWrong ? "true" : "");
  return !isWrong;
}

/** Make a form that calls `done(values)` once every field is right; it takes the cursor to the first that is not. */
export function form({ fields, submit, done, others = [] }) {
  const button = make("button", { type: "submit", className: "primary" }, submit);
  const element = make("form.form", { noValidate: true }, ...fields, make("div.buttons", {}, button, ...others));
  on(element, "submit", (event) => {
    event.preventDefault();
    const inputs = [...element.querySelectorAll("input, textarea")];
    const wrong = inputs.filter((input) => !check(input, element.querySelector(`#${input.id}-wrong`), false));
    if (wrong.length) wrong[0].focus();
    else done(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])));
  });
  return element;
}

/** Make a button that looks like words. */
export function wordsButton(label, onclick) {
  return make("button.quiet", { onclick }, label);
}

/** The fields that say who somebody is, filled with what is known. */
export function whoFields(visitor, { name, email, isNeeded }) {
  const mail = { type: "email", autocomplete: "email", value: visitor.email, required: isNeeded, maxLength: 254 };
  const called = { autocomplete: "name", value: visitor.name, required: false, maxLength: 80 };
  return [name && field("name", called), email && field("email", mail)].filter(Boolean);
}
