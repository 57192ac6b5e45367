// The weights in `Models/`, as bytes. `#embed` is C23; clang takes it in any C, and notes each file as a
// dependency, so that rebuilt weights are compiled in again.
#include "cmodels.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t auto_weights[] = {
#embed "../../../Models/auto/1/weights.txt"
};

const uint8_t *bellwether_auto_weights(size_t *count) {
    *count = sizeof auto_weights;
    return auto_weights;
}
