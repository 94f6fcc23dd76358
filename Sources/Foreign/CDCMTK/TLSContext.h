// The OpenSSL context behind CDCMTKTLSContext.
#pragma once

#include "CDCMTKNetwork.h"

#include <openssl/ssl.h>

struct CDCMTKTLSContext {
    SSL_CTX *context;
};

namespace cdcmtk {

/// Writes `kind` and printf-formatted text. Returns `kind`.
int32_t fail(CDCMTKFailure *failure, int32_t kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

}  // namespace cdcmtk
