// TLS on a link: handshakes, the peer's certificate, and what went wrong in plain words.

#include "Link.h"

#include "dcmtk/dcmnet/cond.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cdcmtk {

bool Link::expectFirstBytes(bool tls) {
    for (;;) {
        uint8_t first = 0;
        const ssize_t result = recv(socket, &first, 1, MSG_PEEK);
        if (result == 0) return failWith(CDCMTK_CLOSED, "the peer closed the connection without sending anything");
        if (result < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK) return failWith(CDCMTK_CLOSED, strerror(errno));
            if (!wait(POLLIN)) return false;
            continue;
        }
        if (tls && first == 0x01) {
            // A-ABORT by the provider, so that the peer is told something (PS3.8 9.3.8).
            const uint8_t abort[] = {0x07, 0, 0, 0, 0, 4, 0, 0, 2, 0};
            send(socket, abort, sizeof abort, MSG_NOSIGNAL);
            return failWith(
                CDCMTK_PEER_IS_NOT_TLS, "the peer speaks DICOM without TLS at a port that is for TLS only");
        }
        if (!tls && first == 0x16) {
            // TLS alert "handshake failure".
            const uint8_t alert[] = {0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28};
            send(socket, alert, sizeof alert, MSG_NOSIGNAL);
            return failWith(CDCMTK_PEER_IS_TLS, "the peer speaks TLS at a port that is for DICOM without TLS");
        }
        return true;
    }
}

bool Link::acceptTLS(SSL_CTX *context) {
    ssl = SSL_new(context);
    if (!ssl || SSL_set_fd(ssl, socket) != 1) return failWith(CDCMTK_INTERNAL, "no TLS session can be made");
    return handshake(true);
}

bool Link::connectTLS(
    SSL_CTX *context, const char *host, const char *certificateHost, const char *certificateURI) {
    ssl = SSL_new(context);
    if (!ssl || SSL_set_fd(ssl, socket) != 1) return failWith(CDCMTK_INTERNAL, "no TLS session can be made");
    unsigned char address[16];
    if (inet_pton(AF_INET, host, address) != 1) SSL_set_tlsext_host_name(ssl, host);
    if (certificateHost) {
        X509_VERIFY_PARAM *parameters = SSL_get0_param(ssl);
        const bool isAddress = inet_pton(AF_INET, certificateHost, address) == 1
            || inet_pton(AF_INET6, certificateHost, address) == 1;
        X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        const int set = isAddress ? X509_VERIFY_PARAM_set1_ip_asc(parameters, certificateHost)
                                  : X509_VERIFY_PARAM_set1_host(parameters, certificateHost, 0);
        if (set != 1) return failWith(CDCMTK_TLS_CONFIGURATION, "the peer's host name cannot be checked");
    }
    if (!handshake(false)) return false;
    if (certificateURI && std::find(uris.begin(), uris.end(), certificateURI) == uris.end()) {
        return failWith(
            CDCMTK_WRONG_NODE, std::string("the peer's certificate does not name ") + certificateURI);
    }
    return true;
}

bool Link::handshake(bool server) {
    for (;;) {
        ERR_clear_error();
        const int result = server ? SSL_accept(ssl) : SSL_connect(ssl);
        if (result == 1) break;
        if (tlsFailed(result, true, server) != -2) return false;
    }
    established = true;
    readCertificate();
    return true;
}

/// Sorts a failed call: -2 to call again, 0 for an orderly end, -1 for a failure.
ssize_t Link::tlsFailed(int result, bool handshaking, bool server) {
    const int systemError = errno;
    const int error = SSL_get_error(ssl, result);
    if (error == SSL_ERROR_WANT_READ) return wait(POLLIN) ? -2 : -1;
    if (error == SSL_ERROR_WANT_WRITE) return wait(POLLOUT) ? -2 : -1;
    if (error == SSL_ERROR_ZERO_RETURN) {
        failWith(CDCMTK_CLOSED, "the peer closed the connection");
        return 0;
    }
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);
    const char *words = code ? ERR_reason_error_string(code) : nullptr;
    const std::string said = words ? words : "no reason given";
    const long verdict = SSL_get_verify_result(ssl);
    if (error == SSL_ERROR_SYSCALL || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        const std::string cause = error == SSL_ERROR_SYSCALL && systemError ? strerror(systemError) : "end of stream";
        if (handshaking) {
            failWith(
                CDCMTK_TLS_HANDSHAKE_FAILED,
                "the peer closed the connection during the TLS handshake (" + cause + ")"
                    + (server ? "" : "; is its port one for TLS, and is our certificate known to it?"));
        } else {
            failWith(CDCMTK_CLOSED, "the peer closed the connection (" + cause + ")");
        }
    } else if (handshaking && verdict != X509_V_OK && reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        failWith(
            CDCMTK_PEER_CERTIFICATE_REFUSED,
            std::string("the peer's certificate is not accepted: ") + X509_verify_cert_error_string(verdict));
    } else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        failWith(CDCMTK_PEER_CERTIFICATE_REFUSED, "the peer presented no certificate");
    } else if (reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
        const int alert = reason - SSL_AD_REASON_OFFSET;
        const bool aboutCertificate = (alert >= 42 && alert <= 46) || alert == 48 || alert == 49 || alert == 116;
        const std::string name = SSL_alert_desc_string_long(alert);
        if (aboutCertificate) {
            failWith(CDCMTK_CERTIFICATE_REFUSED_BY_PEER, "the peer refuses our certificate: " + name);
        } else {
            failWith(CDCMTK_TLS_HANDSHAKE_FAILED, "the peer ended TLS: " + name);
        }
    } else if (handshaking && reason == SSL_R_WRONG_VERSION_NUMBER) {
        failWith(CDCMTK_PEER_IS_NOT_TLS, "the peer does not speak TLS at this port");
    } else {
        failWith(handshaking ? CDCMTK_TLS_HANDSHAKE_FAILED : CDCMTK_CLOSED, "TLS failed: " + said);
    }
    ERR_clear_error();
    return -1;
}

void Link::readCertificate() {
    X509 *peer = SSL_get1_peer_certificate(ssl);
    if (!peer) return;
    uint8_t *der = nullptr;
    const int count = i2d_X509(peer, &der);
    if (count > 0) certificate.assign(der, der + count);
    OPENSSL_free(der);

    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int digestCount = 0;
    if (X509_digest(peer, EVP_sha256(), digest, &digestCount) == 1) {
        for (unsigned int index = 0; index < digestCount; ++index) {
            char digits[3];
            snprintf(digits, sizeof digits, "%02x", digest[index]);
            fingerprint += digits;
        }
    }

    GENERAL_NAMES *names = static_cast<GENERAL_NAMES *>(X509_get_ext_d2i(peer, NID_subject_alt_name, nullptr, nullptr));
    for (int index = 0; index < sk_GENERAL_NAME_num(names); ++index) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type != GEN_URI) continue;
        const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
        const std::string text(
            reinterpret_cast<const char *>(ASN1_STRING_get0_data(uri)), size_t(ASN1_STRING_length(uri)));
        // A NUL would let one name pass for another.
        if (text.find('\0') == std::string::npos) uris.push_back(text);
    }
    GENERAL_NAMES_free(names);
    X509_free(peer);
}

OFCondition LinkConnection::clientSideHandshake() {
    if (!request || !request->tls) return EC_Normal;
    const bool done = link.connectTLS(
        request->tls->context, request->host, request->certificateHost, request->certificateURI);
    return done ? EC_Normal : makeOFCondition(OFM_dcmnet, DULC_TLSERROR, OF_error, "TLS handshake failed");
}

}  // namespace cdcmtk
