// Learned numbers of `Models/`, compiled in.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The weights of `Models/auto/1`, as text.
const uint8_t *bellwether_auto_weights(size_t *count);
