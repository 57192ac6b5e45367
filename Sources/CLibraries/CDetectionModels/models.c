// The weights of detectors in `Models/`, as bytes. `#embed` is C23; clang takes it in any C, and notes each file as
// a dependency, so that rebuilt weights are compiled in again.
#include "cdetectionmodels.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t causal_fusion_weights[] = {
#embed "../../../Models/fusion-causal/1/weights.txt"
};

const uint8_t *bellwether_causal_fusion_weights(size_t *count) {
    *count = sizeof causal_fusion_weights;
    return causal_fusion_weights;
}

static const uint8_t batch_fusion_weights[] = {
#embed "../../../Models/fusion-batch/2/weights.txt"
};

const uint8_t *bellwether_batch_fusion_weights(size_t *count) {
    *count = sizeof batch_fusion_weights;
    return batch_fusion_weights;
}
