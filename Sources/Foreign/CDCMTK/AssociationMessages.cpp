// Presentation data values in and out, and the ends of an association.

#include "Association.h"

#include "dcmtk/dcmnet/cond.h"

extern "C" int32_t CDCMTK_association_receive_pdv(
    CDCMTKAssociation *association, int64_t timeout, int64_t pduTimeout, CDCMTKPDV *pdv, CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&]() -> int32_t {
        DUL_ASSOCIATIONKEY **key = &association->association->DULassociation;
        DUL_PDV next = {};
        if (DUL_NextPDV(key, &next).bad()) {
            association->link.setTimeout(timeout);
            association->link.pdus.pduTimeout = pduTimeout;
            DUL_PDVLIST list = {};
            const OFCondition condition = DUL_ReadPDVs(key, &list, DUL_BLOCK, 0);
            if (condition.bad() && condition.code() != DULC_PDATAPDUARRIVED) {
                return association->verdict(condition, failure);
            }
            const OFCondition found = DUL_NextPDV(key, &next);
            if (found.bad()) return association->verdict(found, failure);
        }
        *pdv = CDCMTKPDV{
            next.presentationContextID,
            uint8_t(next.pdvType == DUL_COMMANDPDV),
            uint8_t(next.lastPDV ? 1 : 0),
            static_cast<const uint8_t *>(next.data),
            size_t(next.fragmentLength),
        };
        return CDCMTK_OK;
    });
}

extern "C" int32_t CDCMTK_association_send(
    CDCMTKAssociation *association, uint8_t contextID, int32_t isCommand, int32_t isLast, const uint8_t *bytes,
    size_t count, int64_t timeout, CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        association->link.setTimeout(timeout);
        DUL_PDV pdv = {};
        pdv.fragmentLength = count;
        pdv.presentationContextID = contextID;
        pdv.pdvType = isCommand ? DUL_COMMANDPDV : DUL_DATASETPDV;
        pdv.lastPDV = isLast ? OFTrue : OFFalse;
        pdv.data = const_cast<uint8_t *>(bytes);
        DUL_PDVLIST list = {};
        list.count = 1;
        list.pdv = &pdv;
        return association->verdict(DUL_WritePDVs(&association->association->DULassociation, &list), failure);
    });
}

extern "C" int32_t CDCMTK_association_data_waiting(CDCMTKAssociation *association) {
    return association->link.readable(0) ? 1 : 0;
}

extern "C" int32_t CDCMTK_association_release(
    CDCMTKAssociation *association, int64_t timeout, CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        association->link.setTimeout(timeout);
        return association->verdict(ASC_releaseAssociation(association->association), failure);
    });
}

extern "C" int32_t CDCMTK_association_acknowledge_release(
    CDCMTKAssociation *association, int64_t timeout, CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        association->link.setTimeout(timeout);
        const OFCondition condition = ASC_acknowledgeRelease(association->association);
        // The requestor closes (PS3.8 9.2.2, ARTIM); closing first could lose the answer on its way.
        if (condition.good()) association->link.readable(1000);
        return association->verdict(condition, failure);
    });
}

extern "C" void CDCMTK_association_abort(CDCMTKAssociation *association) { association->link.sendAbort(); }

extern "C" void CDCMTK_association_free(CDCMTKAssociation *association) {
    try {
        delete association;
    } catch (...) {
        return;
    }
}
