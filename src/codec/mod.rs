//! Code pages, forwards as real decoders read them and backwards as the repairer needs them.
