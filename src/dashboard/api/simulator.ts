/**
 * Documents of a gateway that plays its own devices (`GET /api/simulator`, `POST /api/simulator/:member`). Screens ask
 * for them only where `/openapi.json` lists the path.
 */

/** What can be held in the world around a device. */
export const PINS = ['voltage', 'current', 'temperature'] as const;

/** One of `PINS`. */
export type Pin = (typeof PINS)[number];

/** One simulated device. */
export interface ApiSimulated {
  readonly member: string;
  /** V, A (positive charges), °C; null: it lives by itself. */
  readonly pins: Readonly<Record<Pin, number | null>>;
  /** What it can be made to do wrong, with what that means, and how often it does: 0 to 1 of its answers. */
  readonly faults: readonly { readonly name: string; readonly title: string; readonly rate: number }[];
}

/** `GET /api/simulator`. */
export interface ApiSimulator {
  readonly devices: readonly ApiSimulated[];
}

/** Body of `POST /api/simulator/:member`; what is left out stays. The answer is the `ApiSimulated`. */
export interface ApiSimulatorChange {
  readonly pins?: Readonly<Partial<Record<Pin, number | null>>>;
  readonly faults?: Readonly<Record<string, number>>;
}
