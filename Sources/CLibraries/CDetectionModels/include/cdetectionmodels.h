#pragma once

#include <stddef.h>
#include <stdint.h>

/// The text of `Models/fusion-causal/1/weights.txt`, without a zero at its end.
const uint8_t *bellwether_causal_fusion_weights(size_t *count);

/// The text of `Models/fusion-batch/2/weights.txt`, without a zero at its end.
const uint8_t *bellwether_batch_fusion_weights(size_t *count);
