/** What has to stand around a piece of a text where it was cut out of something: of code, of a table, of emphasis. */
export interface Wrap {
  /** Stands before what comes after the cut. */
  open: string;
  /** Stands behind what comes before the cut. */
  close: string;
}
