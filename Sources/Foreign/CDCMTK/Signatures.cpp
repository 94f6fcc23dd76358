// Digital signatures in data sets (PS3.15 C), by DCMTK's dcmsign.

#include "CDCMTKData.h"
#include "Guarded.h"
#include "ParsedDataset.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcvrat.h"
#include "dcmtk/dcmsign/dcsignat.h"
#include "dcmtk/dcmsign/sibrsapr.h"
#include "dcmtk/dcmsign/sicert.h"
#include "dcmtk/dcmsign/simdmac.h"
#include "dcmtk/dcmsign/siprivat.h"
#include "dcmtk/dcmsign/sisrpr.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

using namespace cdcmtk;

namespace {

void startOnce() {
    static std::once_flag once;
    std::call_once(once, [] { DcmSignature::initializeLibrary(); });
}

OFCondition written(DcmDataset &dataset, uint8_t **bytes, size_t *count) {
    const size_t length = dataset.calcElementLength(EXS_LittleEndianExplicit, EET_ExplicitLength) + 65536;
    uint8_t *buffer = static_cast<uint8_t *>(malloc(length));
    if (!buffer) return failure("out of memory");
    DcmOutputBufferStream stream(buffer, length);
    dataset.transferInit();
    OFCondition result = dataset.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr);
    dataset.transferEnd();
    void *start = nullptr;
    offile_off_t used = 0;
    if (result.good()) stream.flushBuffer(start, used);
    if (result.bad()) {
        free(buffer);
        return result;
    }
    *bytes = buffer;
    *count = static_cast<size_t>(used);
    return EC_Normal;
}

/// PS3.15 C.1.1: what a signature can't be about, being about signatures or about how the bytes are written.
bool isBesideSignatures(const DcmTagKey &tag) {
    return tag.getElement() == 0 || tag == DCM_MACParametersSequence || tag == DCM_DigitalSignaturesSequence
        || tag == DCM_DataSetTrailingPadding || tag == DcmTagKey(0x0008, 0x0001);
}

/// An element that stands in the data set and not among those signed was added afterwards.
bool coversAll(DcmDataset &dataset, DcmSignature &signature) {
    DcmAttributeTag listed(DCM_DataElementsSigned);
    // No list: everything is signed.
    if (signature.getCurrentDataElementsSigned(listed).bad()) return true;
    std::set<std::pair<Uint16, Uint16>> tags;
    for (unsigned long index = 0; index < listed.getVM(); ++index) {
        DcmTagKey key;
        if (listed.getTagVal(key, index).good()) tags.insert({key.getGroup(), key.getElement()});
    }
    for (unsigned long index = 0; index < dataset.card(); ++index) {
        const DcmTag &tag = dataset.getElement(index)->getTag();
        if (!isBesideSignatures(tag) && !tags.count({tag.getGroup(), tag.getElement()})) return false;
    }
    return true;
}

void readCurrent(DcmDataset &dataset, DcmSignature &signature, CDCMTKSignature &into) {
    memset(&into, 0, sizeof into);
    const OFCondition verified = signature.verifyCurrent();
    into.valid = verified.good() ? 1 : 0;
    if (verified.bad()) say(into.reason, sizeof into.reason, verified.text());
    into.coversAll = coversAll(dataset, signature) ? 1 : 0;
    OFString text;
    if (signature.getCurrentSignatureDateTime(text).good()) say(into.dateTime, sizeof into.dateTime, text.c_str());
    text.clear();
    if (signature.getCurrentSignatureUID(text).good()) say(into.uid, sizeof into.uid, text.c_str());
    SiCertificate *certificate = signature.getCurrentCertificate();
    X509 *raw = certificate ? certificate->getRawCertificate() : nullptr;
    if (!raw) return;
    unsigned char *encoded = nullptr;
    const int length = i2d_X509(raw, &encoded);
    if (length <= 0) return;
    into.certificate = static_cast<uint8_t *>(malloc(static_cast<size_t>(length)));
    if (into.certificate) {
        memcpy(into.certificate, encoded, static_cast<size_t>(length));
        into.certificateCount = static_cast<size_t>(length);
    }
    OPENSSL_free(encoded);
}

}  // namespace

extern "C" int32_t CDCMTK_sign_data_set(
    const uint8_t *bytes, size_t count, int32_t isStructuredReport, const char *keyFile, const char *certificateFile,
    uint8_t **signedBytes, size_t *signedCount, char *error, size_t errorCapacity) {
    *signedBytes = nullptr;
    *signedCount = 0;
    return guarded(error, errorCapacity, [&]() -> OFCondition {
        startOnce();
        DcmDataset dataset;
        OFCondition result = parse(dataset, bytes, count, EXS_LittleEndianExplicit);
        if (result.bad()) return result;
        SiPrivateKey key;
        SiCertificate certificate;
        if ((result = key.loadPrivateKey(keyFile, X509_FILETYPE_PEM)).bad()) return result;
        if ((result = certificate.loadCertificate(certificateFile, X509_FILETYPE_PEM)).bad()) return result;
        SiMDMAC mac(EMT_SHA256);
        std::unique_ptr<SiSecurityProfile> profile;
        if (isStructuredReport) profile.reset(new SiStructuredReportingProfile());
        else profile.reset(new SiBaseRSAProfile());
        DcmSignature signature;
        signature.attach(&dataset);
        result = signature.createSignature(key, certificate, mac, *profile, EXS_LittleEndianExplicit);
        signature.detach();
        return result.good() ? written(dataset, signedBytes, signedCount) : result;
    });
}

extern "C" int32_t CDCMTK_read_signatures(
    const char *path, CDCMTKSignature *signatures, size_t capacity, size_t *count, char *error,
    size_t errorCapacity) {
    *count = 0;
    return guarded(error, errorCapacity, [&]() -> OFCondition {
        startOnce();
        DcmFileFormat file;
        OFCondition result = file.loadFile(path);
        if (result.bad()) return result;
        if ((result = file.loadAllDataIntoMemory()).bad()) return result;
        DcmSignature signature;
        signature.attach(file.getDataset());
        const unsigned long found = signature.numberOfSignatures();
        for (unsigned long index = 0; index < found && *count < capacity; ++index) {
            if (signature.selectSignature(index).bad()) {
                memset(&signatures[*count], 0, sizeof(CDCMTKSignature));
                say(signatures[*count].reason, sizeof signatures[*count].reason, "the signature cannot be read");
            } else {
                readCurrent(*file.getDataset(), signature, signatures[*count]);
            }
            ++*count;
        }
        signature.detach();
        return EC_Normal;
    });
}
