/** A network that is compared with others. */
export interface Kind {
  /** The name in files. */
  readonly id: string;
  /** The name in tables and figures. */
  readonly title: string;
  /** The recurrent layer; `"none"` for an encoder without recurrence. */
  readonly cell: "rnn" | "lstm" | "gru" | "none";
  readonly bidirectional: boolean;
  /** What the head reads. */
  readonly readout: "attention" | "mean" | "last";
  /** Whether validation can choose the network for the comparison with the baselines. */
  readonly candidate: boolean;
}

const both = { bidirectional: true, candidate: true } as const;

/** The networks. The first one is also tested on other sources and with fewer texts. */
export const kinds = [
  { id: "lstm-attention", title: "LSTM, attention", cell: "lstm", readout: "attention", ...both },
  { id: "lstm-last", title: "LSTM, last states", cell: "lstm", readout: "last", ...both },
  { id: "lstm-mean", title: "LSTM, mean", cell: "lstm", readout: "mean", ...both },
  {
    id: "lstm-forward",
    title: "LSTM forward only, attention",
    cell: "lstm",
    readout: "attention",
    bidirectional: false,
    candidate: true,
  },
  { id: "gru-attention", title: "GRU, attention", cell: "gru", readout: "attention", ...both },
  { id: "rnn-attention", title: "RNN, attention", cell: "rnn", readout: "attention", ...both },
  {
    id: "no-recurrence",
    title: "no recurrence, attention",
    cell: "none",
    readout: "attention",
    bidirectional: false,
    candidate: false,
  },
] as const satisfies readonly Kind[];

/** The id of a network. */
export type KindId = (typeof kinds)[number]["id"];

/** The networks that validation chooses from; the baselines get as many settings to choose from. */
export const candidates: readonly Kind[] = kinds.filter(({ candidate }) => candidate);
