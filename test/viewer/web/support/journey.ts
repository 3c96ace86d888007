import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The longest that a journey may be. */
const maxActions = 3;

/**
 * What a person does until a question is answered. Every key, click and typed text is an action, and one more than three fails the
 * test. Waiting and looking are none.
 */
export class Journey {
  #actions: string[] = [];

  constructor(readonly page: Page) {}

  async press(key: string): Promise<void> {
    this.#count(`press ${key}`);
    await this.page.keyboard.press(key);
  }

  /** Types into what has the focus: to give it the focus is an action of its own. */
  async type(text: string): Promise<void> {
    this.#count(`type ${text}`);
    await this.page.keyboard.type(text);
  }

  async click(role: "link" | "button" | "row" | "searchbox", name: string | RegExp): Promise<void> {
    const named = this.page.getByRole(role, { name, exact: typeof name === "string" });
    await this.clickOn(named.first(), `${role} ${name}`);
  }

  async clickOn(element: Locator, name: string): Promise<void> {
    this.#count(`click ${name}`);
    await element.click();
  }

  #count(action: string): void {
    this.#actions.push(action);
    expect(this.#actions.length, this.#actions.join(", ")).toBeLessThanOrEqual(maxActions);
  }
}
