// The stream of PDUs (PS3.8 9.3) as it comes from a stranger, checked before DCMTK sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace cdcmtk {

class Link;

/// A-ABORT's reason where the provider is the source (PS3.8 table 9-26).
enum AbortReason : uint8_t {
    abortUnspecified = 0,
    abortUnrecognizedPDU = 1,
    abortUnexpectedPDU = 2,
    abortInvalidParameter = 6,
};

/// What is wrong with an A-ASSOCIATE-RQ or -AC, without its header; empty when nothing is. Every length must lie within
/// what encloses it, and counts are bounded.
std::string flawInAssociate(const uint8_t *body, size_t count, bool isRequest);

/// Feeds DCMTK from a link. A PDU of another type or length than its place allows is refused by its six bytes of header,
/// so that nothing is allocated by a declared length. Memory grows with what has arrived, never with what is announced.
class PDUReader {
public:
    explicit PDUReader(Link &link) : link(link) {}

    ssize_t read(void *buffer, size_t count);

    /// Whether something read from the link waits for DCMTK.
    bool isHolding() const { return handed < held.size(); }

    /// Of a requestor the first PDU is the answer, of an acceptor the request.
    bool isRequestor = false;
    /// Of a P-DATA-TF that the peer may send.
    uint32_t maximumPDU = 131072;
    /// Milliseconds from a PDU's first byte to its last; negative leaves the link's deadline as it is.
    int64_t pduTimeout = -1;

private:
    bool begin();
    bool checkHeader(uint8_t type, uint32_t length);
    bool collect(size_t length);
    bool checkValues(const uint8_t *bytes, size_t count);
    bool refuse(AbortReason reason, const std::string &what);

    Link &link;
    bool isNegotiated = false;
    /// Read and checked, to be handed on first.
    std::vector<uint8_t> held;
    size_t handed = 0;
    /// Of the PDU's body, still on the line.
    size_t left = 0;
    bool isData = false;
    /// Within a presentation data value: the bytes of its length so far, and what is left of it.
    uint8_t lengthBytes = 0;
    uint32_t valueLength = 0;
    size_t valueLeft = 0;
};

}  // namespace cdcmtk
