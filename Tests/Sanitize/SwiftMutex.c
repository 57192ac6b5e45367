// Tells the thread sanitizer of Swift's Mutex.
//
// Its fast path is compiled into our code, where the sanitizer sees atomics. Who has to wait goes through
// libswiftSynchronization, which is not watched: without this, whatever a contended mutex guards is reported as a race.
// Loaded before everything else by .ci/sanitize; the names are those of Swift's ABI.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

typedef SWIFT void (*LockSlow)(uint32_t, SELF void *);
typedef SWIFT bool (*TryLockSlow)(SELF void *);
typedef SWIFT void (*UnlockSlow)(SELF void *);
typedef void (*Tell)(void *);

// _MutexHandle._lockSlow(_:), ._tryLockSlow(), ._unlockSlow() of the module Synchronization.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        fprintf(stderr, "no %s: the thread sanitizer cannot be told of Swift's Mutex\n", name);
        abort();
    }
    return found;
}

// The sanitizer lives in the program; what starts that, as `swift test`, has none.
static void tell(const char *name, void *mutex) {
    Tell found = (Tell)dlsym(RTLD_DEFAULT, name);
    if (found != NULL) found(mutex);
}

SWIFT void lock_slow(uint32_t owner, SELF void *mutex) __asm__(LOCK);
SWIFT void lock_slow(uint32_t owner, SELF void *mutex) {
    ((LockSlow)next(LOCK))(owner, mutex);
    tell("__tsan_acquire", mutex);
}

SWIFT bool try_lock_slow(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT bool try_lock_slow(SELF void *mutex) {
    bool is_locked = ((TryLockSlow)next(TRY_LOCK))(mutex);
    if (is_locked) tell("__tsan_acquire", mutex);
    return is_locked;
}

SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF void *mutex) {
    tell("__tsan_release", mutex);
    ((UnlockSlow)next(UNLOCK))(mutex);
}
