import { SimError } from '../core/errors.ts';

/**
 * The money of one flight, integer micros. `spentMicros + remainingMicros === budgetMicros` holds at every moment.
 */
export class Ledger {
  readonly budgetMicros: number;
  #spentMicros = 0;

  /** @throws SimError `VALUE_OUT_OF_RANGE` unless the budget is a positive safe integer of micros. */
  constructor(budgetMicros: number) {
    if (!Number.isSafeInteger(budgetMicros) || budgetMicros <= 0) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `budget: expected a positive integer [micros], received ${budgetMicros}; give the flight some money`,
      );
    }
    this.budgetMicros = budgetMicros;
  }

  /** Money spent so far, integer micros. */
  get spentMicros(): number {
    return this.#spentMicros;
  }

  /** Money left, integer micros, never negative. */
  get remainingMicros(): number {
    return this.budgetMicros - this.#spentMicros;
  }

  /** Whether the price can be paid from what is left. */
  canPay(priceMicros: number): boolean {
    return priceMicros <= this.remainingMicros;
  }

  /**
   * Pays one price. A refused debit leaves the ledger as it was.
   *
   * @throws SimError `VALUE_OUT_OF_RANGE` when the price is not a non-negative integer or is above what is left.
   */
  debit(priceMicros: number): void {
    if (!Number.isSafeInteger(priceMicros) || priceMicros < 0) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `price: expected a non-negative integer [micros], received ${priceMicros}`,
      );
    }
    if (!this.canPay(priceMicros)) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `price: expected at most the ${this.remainingMicros} [micros] left of the budget, received ${priceMicros}`,
      );
    }
    this.#spentMicros += priceMicros;
  }
}
