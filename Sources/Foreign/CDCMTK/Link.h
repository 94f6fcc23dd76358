// A socket with or without TLS, under a deadline, that another thread can interrupt.
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmnet/cond.h"
#include "dcmtk/dcmnet/dcmtrans.h"

#include "CDCMTKNetwork.h"
#include "PDUReader.h"
#include "TLSContext.h"

#include <string>
#include <vector>

namespace cdcmtk {

/// Owns the socket and the TLS session. Non-blocking underneath: every wait is a poll on the socket and on the wake
/// descriptor until the deadline. After the first failure everything fails.
class Link {
public:
    ~Link() { close(); }

    /// Takes the socket over. `watched`: between nodes, where a dead line must show within seconds.
    void open(int socket, int wake, const char *congestionControl, bool watched);
    void close();
    void setTimeout(int64_t milliseconds);
    /// Fails a wait in which nothing moves in either direction for so long; negative for never.
    void setStandstill(int64_t milliseconds) { standstill = milliseconds; }

    /// Looks at the peer's first bytes and tells TLS from DICOM.
    bool expectFirstBytes(bool tls);
    bool acceptTLS(SSL_CTX *context);
    bool connectTLS(SSL_CTX *context, const char *host, const char *certificateHost, const char *certificateURI);

    ssize_t read(void *buffer, size_t count);
    ssize_t write(const void *buffer, size_t count);
    /// An A-ABORT, unless a PDU is half written, as far as the socket takes it at once. Closing then lets it arrive.
    void sendAbort();
    /// Waits at most `milliseconds` (and the deadline) for something to read.
    bool readable(int64_t milliseconds);

    /// Whether what the peer sent first looks like a TLS record.
    bool sawTLS() const { return firstByte == 0x15 || firstByte == 0x16; }
    bool sawNothing() const { return firstByte < 0; }

    /// CDCMTK_OK until something failed.
    int32_t kind = CDCMTK_OK;
    std::string text;

    /// What an A-ABORT says (PS3.8 9.3.8): 0 the service's user, 2 its provider with a reason.
    uint8_t abortSource = 0;
    uint8_t abortReason = 0;

    /// Notes the first failure. Returns `false`.
    bool failWith(int32_t kind, std::string text);

    /// DCMTK reads through it.
    PDUReader pdus{*this};

    std::vector<uint8_t> certificate;
    std::string fingerprint;
    std::vector<std::string> uris;

private:
    bool wait(short events);
    bool isDead() const;
    int unacknowledged() const;
    bool hasStood(int64_t &moved, int &left) const;
    bool handshake(bool server);
    ssize_t tlsFailed(int result, bool handshaking, bool server);
    void linger();
    void readCertificate();

    int socket = -1;
    int wake = -1;
    SSL *ssl = nullptr;
    /// Steady milliseconds; negative for none.
    int64_t deadline = -1;
    int64_t standstill = -1;
    int firstByte = -1;
    bool watched = false;
    bool established = false;
    /// A write failed, so that the stream may end in the middle of a PDU.
    bool writeFailed = false;
    bool aborted = false;
};

/// DCMTK's view of a link. DCMTK deletes it, the link lives on with its verdict.
class LinkConnection : public DcmTransportConnection {
public:
    LinkConnection(Link &link, int socket) : DcmTransportConnection(socket), link(link) {}

    OFCondition serverSideHandshake() override { return EC_Normal; }
    OFCondition clientSideHandshake() override;
    OFCondition renegotiate(const char *) override { return makeOFCondition(OFM_dcmnet, 0x31e, OF_error, "unsupported"); }
    ssize_t read(void *buffer, size_t count) override { return link.pdus.read(buffer, count); }
    ssize_t write(void *buffer, size_t count) override { return link.write(buffer, count); }
    void close() override { link.close(); }
    void closeTransportConnection() override { link.close(); }
    unsigned long getPeerCertificateLength() override { return link.certificate.size(); }
    unsigned long getPeerCertificate(void *, unsigned long) override { return 0; }
    OFBool networkDataAvailable(int seconds) override {
        return link.pdus.isHolding() || link.readable(int64_t(seconds) * 1000);
    }
    OFBool isTransparentConnection() override { return OFTrue; }
    OFString &dumpConnectionParameters(OFString &text) override { return text = "CDCMTK link"; }

    /// Set by a requestor with TLS.
    const CDCMTKRequest *request = nullptr;

private:
    Link &link;
};

}  // namespace cdcmtk
