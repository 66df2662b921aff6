/** The shop as its receipts name it. */
export interface ShopDetails {
  readonly nameRu: string;
  readonly nameZh: string;
  /** Taxpayer number: ten digits, or twelve of a sole trader. */
  readonly inn: string;
  readonly address: string;
  /** Where a buyer may ask about money; null prints none. */
  readonly supportPhone: string | null;
}
