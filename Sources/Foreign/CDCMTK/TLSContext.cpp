// TLS for DICOM associations (PS3.15 B.12, BCP 195): TLS 1.2 with ECDHE or TLS 1.3, both sides with certificates.

#include "TLSContext.h"

#include <openssl/err.h>

#include <cstdarg>
#include <cstdio>
#include <new>

namespace cdcmtk {

int32_t fail(CDCMTKFailure *failure, int32_t kind, const char *format, ...) {
    failure->kind = kind;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    return kind;
}

}  // namespace cdcmtk

namespace {

int32_t failed(CDCMTKFailure *failure, SSL_CTX *context, const char *what, const char *path) {
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    SSL_CTX_free(context);
    return cdcmtk::fail(
        failure, CDCMTK_TLS_CONFIGURATION, "%s %s cannot be used (%s)", what, path, reason ? reason : "unknown reason");
}

/// A key with a passphrase fails to load instead of asking the console.
int noPassphrase(char *, int, int, void *) { return 0; }

}  // namespace

extern "C" int32_t CDCMTK_tls_context_create(
    const char *certificateFile, const char *keyFile, const char *authorityFile, CDCMTKTLSContext **made,
    CDCMTKFailure *failure) {
    *made = nullptr;
    *failure = CDCMTKFailure{};
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    if (!context) return failed(failure, context, "OpenSSL", "");
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    // Every association proves its certificates anew: no resumption.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, 65536);
    SSL_CTX_set_default_passwd_cb(context, noPassphrase);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);

    if (SSL_CTX_use_certificate_chain_file(context, certificateFile) != 1) {
        return failed(failure, context, "the certificate", certificateFile);
    }
    if (SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) != 1) {
        return failed(failure, context, "the private key", keyFile);
    }
    if (SSL_CTX_check_private_key(context) != 1) {
        return failed(failure, context, "the private key does not belong to the certificate:", keyFile);
    }
    if (SSL_CTX_load_verify_file(context, authorityFile) != 1) {
        return failed(failure, context, "the certificate authority", authorityFile);
    }
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(authorityFile);
    if (!names) return failed(failure, context, "the certificate authority", authorityFile);
    SSL_CTX_set_client_CA_list(context, names);

    *made = new (std::nothrow) CDCMTKTLSContext{context};
    if (!*made) return failed(failure, context, "out of memory for", certificateFile);
    return CDCMTK_OK;
}

extern "C" void CDCMTK_tls_context_free(CDCMTKTLSContext *context) {
    if (!context) return;
    SSL_CTX_free(context->context);
    delete context;
}
