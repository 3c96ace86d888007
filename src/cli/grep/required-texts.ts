/** Shorter strings occur in nearly every line of a log. */
const minLength = 3;
/** More alternatives take longer to find than they save. */
const maxTexts = 64;

/**
 * Finds strings of which every match of a regular expression contains at least one: a line without them has no match, and need
 * not be decoded. `undefined` if the expression is not simple enough to find them.
 */
export function findRequiredTexts(pattern: string): readonly string[] | undefined {
  if (/\(\?(?!:)|\\[QEpPxuUc0-9]|\ufffd/.test(pattern)) return undefined;
  const parser = new Parser([...pattern]);
  const texts = parser.readAlternatives();
  return parser.isComplete ? texts : undefined;
}

type Texts = readonly string[] | undefined;

/** Reads an expression once, from left to right. Characters are code points: a quantifier applies to a whole one. */
class Parser {
  readonly #pattern: readonly string[];
  #at = 0;
  /** Whether the whole pattern was understood. */
  isComplete = true;

  constructor(pattern: readonly string[]) {
    this.#pattern = pattern;
  }

  /** Each alternative has texts of its own; if one has none, no text is required. */
  readAlternatives(depth = 0): Texts {
    const all: Texts[] = [this.#readSequence()];
    while (this.#pattern[this.#at] === "|") {
      this.#at += 1;
      all.push(this.#readSequence());
    }
    if (depth === 0 && this.#at < this.#pattern.length) this.isComplete = false;
    const texts = all.every((one) => one !== undefined) ? [...new Set(all.flat())] : undefined;
    return texts !== undefined && texts.length <= maxTexts ? texts : undefined;
  }

  /** Any text of a sequence is required: the best one is the longest. */
  #readSequence(): Texts {
    let best: Texts;
    let run: string[] = [];
    const offer = (texts: Texts): void => {
      if (texts !== undefined && shortest(texts) >= minLength && shortest(texts) > shortest(best ?? []))
        best = texts;
    };
    const end = (): void => {
      offer([run.join("")]);
      run = [];
    };
    for (; this.#at < this.#pattern.length; this.#at += 1) {
      const character = this.#pattern[this.#at] ?? "";
      if (character === "|" || character === ")") break;
      if (character === "(") {
        end();
        const texts = this.#readGroup();
        if (!this.#isOptional(this.#at + 1)) offer(texts);
      } else if (character === "[") {
        end();
        this.#skipClass();
      } else if (character === "\\") {
        this.#at += 1;
        const escaped = this.#pattern[this.#at] ?? "";
        if (/[^\sA-Za-z0-9]/.test(escaped)) run.push(escaped);
        else end();
      } else if (this.#isOptional(this.#at)) {
        // The character before it may be absent or repeated.
        run.pop();
        end();
        if (character === "{") this.#skipCount();
      } else if (/[.^$+]/.test(character)) end();
      else run.push(character);
    }
    end();
    return best;
  }

  /** Reads a group up to its closing parenthesis. */
  #readGroup(): Texts {
    const isNonCapturing = this.#pattern[this.#at + 1] === "?";
    this.#at += isNonCapturing ? 3 : 1;
    const texts = this.readAlternatives(1);
    if (this.#pattern[this.#at] !== ")") this.isComplete = false;
    return texts;
  }

  #isOptional(at: number): boolean {
    return ["*", "?", "{"].includes(this.#pattern[at] ?? "");
  }

  /** A brace that is no count is an ordinary character, and what follows may be anything. */
  #skipCount(): void {
    const count = /^\{\d+(?:,\d*)?\}/.exec(this.#pattern.slice(this.#at, this.#at + 16).join(""));
    if (count === null) this.isComplete = false;
    else this.#at += count[0].length - 1;
  }

  #skipClass(): void {
    let at = this.#at + 1;
    if (this.#pattern[at] === "^") at += 1;
    if (this.#pattern[at] === "]") at += 1;
    while (at < this.#pattern.length && this.#pattern[at] !== "]") {
      if (this.#pattern[at] === "\\") at += 1;
      else if (this.#pattern[at] === "[" && this.#pattern[at + 1] === ":")
        at = Math.max(at, this.#findClassNameEnd(at));
      at += 1;
    }
    this.#at = at;
  }

  #findClassNameEnd(start: number): number {
    return (
      this.#pattern.findIndex(
        (character, at) => at > start + 1 && character === ":" && this.#pattern[at + 1] === "]",
      ) + 1
    );
  }
}

function shortest(texts: readonly string[]): number {
  return texts.length === 0 ? 0 : Math.min(...texts.map(({ length }) => length));
}
