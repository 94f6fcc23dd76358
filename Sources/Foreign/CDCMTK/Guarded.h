// Turning C++ failures into a status and a sentence.
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcerror.h"
#include "dcmtk/ofstd/ofcond.h"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

namespace cdcmtk {

inline void say(char *error, size_t capacity, const char *text) {
    if (error && capacity) snprintf(error, capacity, "%s", text);
}

/// Runs `body`, which returns an OFCondition, and lets no exception out.
template <typename Body>
int32_t guarded(char *error, size_t capacity, Body body) noexcept {
    if (error && capacity) error[0] = 0;
    try {
        const OFCondition condition = body();
        if (condition.good()) return 0;
        say(error, capacity, condition.text());
    } catch (const std::bad_alloc &) {
        say(error, capacity, "out of memory");
    } catch (const std::exception &exception) {
        say(error, capacity, exception.what());
    } catch (...) {
        say(error, capacity, "unknown failure in a foreign library");
    }
    return -1;
}

inline OFCondition failure(const char *text) { return makeOFCondition(OFM_dcmdata, 9000, OF_error, text); }

}  // namespace cdcmtk
