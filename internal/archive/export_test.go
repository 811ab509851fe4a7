package archive

// SealText is what tests need to seal archives of their own.
const SealText = sealText
