import type { System } from '../../system.ts';

interface Waiting<Question, Answer> {
  readonly question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Questions that come together are answered by one statement: a thousand cold accounts are a few
 * queries, and a lone one waits for nobody. One statement is under way at a time.
 */
export class Gathering<Question, Answer> {
  readonly #system: Pick<System, 'turn'>;
  readonly #most: number;
  readonly #answer: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  #waiting: Waiting<Question, Answer>[] = [];
  #isRunning = false;

  constructor(
    system: Pick<System, 'turn'>,
    most: number,
    answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  ) {
    this.#system = system;
    this.#most = most;
    this.#answer = answer;
  }

  ask(question: Question): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
    });
    if (!this.#isRunning) void this.#run();
    return answer;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await this.#system.turn();
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, this.#most);
      try {
        const answers = await this.#answer(asked.map(({ question }) => question));
        asked.forEach(({ resolve }, index) => {
          resolve(answers[index] as Answer);
        });
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.#isRunning = false;
  }
}
