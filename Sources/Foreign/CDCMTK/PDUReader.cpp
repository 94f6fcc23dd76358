// Reading PDUs from a link, and refusing those that are none.

#include "PDUReader.h"

#include "Link.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace cdcmtk {

namespace {

/// An A-ASSOCIATE with 128 contexts of 30 transfer syntaxes each, and roles for all of them, has a hundred thousand bytes.
constexpr uint32_t largestAssociate = 262144;
constexpr size_t headerLength = 6;
constexpr size_t arrivalStep = 4096;

std::string hexadecimal(uint8_t value) {
    char text[8];
    snprintf(text, sizeof text, "0x%02X", value);
    return text;
}

}  // namespace

bool PDUReader::refuse(AbortReason reason, const std::string &what) {
    link.abortSource = 2;
    link.abortReason = reason;
    link.failWith(CDCMTK_PROTOCOL, what);
    // At once: DCMTK closes the connection of a header that it could not read.
    link.sendAbort();
    return false;
}

ssize_t PDUReader::read(void *buffer, size_t count) {
    if (count == 0) return 0;
    if (handed == held.size() && left == 0 && !begin()) return -1;
    if (handed < held.size()) {
        const size_t part = std::min(count, held.size() - handed);
        memcpy(buffer, held.data() + handed, part);
        handed += part;
        return ssize_t(part);
    }
    const ssize_t result = link.read(buffer, std::min(count, left));
    if (result <= 0) return result;
    left -= size_t(result);
    if (isData && !checkValues(static_cast<const uint8_t *>(buffer), size_t(result))) return -1;
    return result;
}

bool PDUReader::begin() {
    held.clear();
    handed = 0;
    if (!collect(headerLength)) return false;
    const uint8_t type = held[0];
    const uint32_t length =
        uint32_t(held[2]) << 24 | uint32_t(held[3]) << 16 | uint32_t(held[4]) << 8 | uint32_t(held[5]);
    if (!checkHeader(type, length)) return false;
    isData = type == 0x04;
    lengthBytes = 0;
    valueLength = 0;
    valueLeft = 0;
    left = length;
    if (type != 0x01 && type != 0x02) return true;
    if (!collect(length)) return false;
    left = 0;
    const std::string flaw = flawInAssociate(held.data() + headerLength, length, type == 0x01);
    if (!flaw.empty()) return refuse(abortInvalidParameter, flaw);
    isNegotiated = true;
    return true;
}

/// Appends `length` bytes from the link to what is held.
bool PDUReader::collect(size_t length) {
    const bool isFirst = held.empty();
    while (length > 0) {
        uint8_t step[arrivalStep];
        const ssize_t result = link.read(step, std::min(length, sizeof step));
        if (result <= 0) return false;
        if (isFirst && held.empty() && pduTimeout >= 0) link.setTimeout(pduTimeout);
        held.insert(held.end(), step, step + result);
        length -= size_t(result);
    }
    return true;
}

bool PDUReader::checkHeader(uint8_t type, uint32_t length) {
    if (type < 0x01 || type > 0x07) {
        return refuse(
            abortUnrecognizedPDU, isNegotiated ? "a PDU of the unknown type " + hexadecimal(type)
                                               : "what it sent is no DICOM (first byte " + hexadecimal(type) + ")");
    }
    const uint8_t opening = isRequestor ? 0x02 : 0x01;
    const bool isExpected = isNegotiated ? type >= 0x04
                                         : type == opening || type == 0x07 || (isRequestor && type == 0x03);
    if (!isExpected) return refuse(abortUnexpectedPDU, "a PDU of type " + hexadecimal(type) + " out of turn");
    if (type == opening) {
        if (length > largestAssociate) {
            return refuse(abortInvalidParameter, "an association request of " + std::to_string(length) + " bytes");
        }
    } else if (type == 0x04) {
        if (length < 6 || length > maximumPDU) {
            return refuse(
                abortInvalidParameter,
                "a data PDU of " + std::to_string(length) + " bytes, where 6 to " + std::to_string(maximumPDU)
                    + " are agreed");
        }
    } else if (length != 4) {
        return refuse(
            abortInvalidParameter,
            "a PDU of type " + hexadecimal(type) + " with " + std::to_string(length) + " bytes instead of 4");
    }
    return true;
}

/// Presentation data values fill their PDU to the byte (PS3.8 9.3.5.1).
bool PDUReader::checkValues(const uint8_t *bytes, size_t count) {
    while (count > 0) {
        if (valueLeft > 0) {
            const size_t part = std::min(count, valueLeft);
            valueLeft -= part;
            bytes += part;
            count -= part;
            continue;
        }
        valueLength = valueLength << 8 | *bytes++;
        --count;
        if (++lengthBytes < 4) continue;
        if (valueLength < 2 || valueLength > left + count) {
            return refuse(abortInvalidParameter, "a data value that does not fit its PDU");
        }
        valueLeft = valueLength;
        valueLength = 0;
        lengthBytes = 0;
    }
    if (left == 0 && (lengthBytes > 0 || valueLeft > 0)) {
        return refuse(abortInvalidParameter, "a data value that does not fit its PDU");
    }
    return true;
}

}  // namespace cdcmtk
