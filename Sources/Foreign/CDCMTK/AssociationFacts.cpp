// What an association is, and what went wrong with it.

#include "Association.h"

#include "dcmtk/dcmnet/cond.h"

namespace cdcmtk {

int32_t roleFrom(T_ASC_SC_ROLE role) {
    switch (role) {
    case ASC_SC_ROLE_SCU: return CDCMTK_ROLE_SCU;
    case ASC_SC_ROLE_SCP: return CDCMTK_ROLE_SCP;
    case ASC_SC_ROLE_SCUSCP: return CDCMTK_ROLE_BOTH;
    default: return CDCMTK_ROLE_DEFAULT;
    }
}

T_ASC_SC_ROLE roleTo(int32_t role) {
    switch (role) {
    case CDCMTK_ROLE_SCU: return ASC_SC_ROLE_SCU;
    case CDCMTK_ROLE_SCP: return ASC_SC_ROLE_SCP;
    case CDCMTK_ROLE_BOTH: return ASC_SC_ROLE_SCUSCP;
    default: return ASC_SC_ROLE_DEFAULT;
    }
}

}  // namespace cdcmtk

CDCMTKAssociation::~CDCMTKAssociation() {
    // Closing needs no answer from the peer.
    link.close();
    if (association) ASC_destroyAssociation(&association);
    if (network) ASC_dropNetwork(&network);
}

int32_t CDCMTKAssociation::verdict(const OFCondition &condition, CDCMTKFailure *failure) {
    if (condition.good()) return CDCMTK_OK;
    failure->module = condition.module();
    failure->code = condition.code();
    if (link.kind != CDCMTK_OK) return cdcmtk::fail(failure, link.kind, "%s", link.text.c_str());
    int32_t kind = CDCMTK_PROTOCOL;
    if (condition.module() == OFM_dcmnet) {
        switch (condition.code()) {
        case DULC_ASSOCIATIONREJECTED: kind = CDCMTK_REJECTED; break;
        case DULC_PEERABORTEDASSOCIATION: kind = CDCMTK_ABORTED; break;
        case DULC_PEERREQUESTEDRELEASE: kind = CDCMTK_RELEASE_REQUESTED; break;
        case DULC_NETWORKCLOSED: kind = CDCMTK_CLOSED; break;
        case DULC_READTIMEOUT: kind = CDCMTK_TIMED_OUT; break;
        case DULC_UNKNOWNHOST: kind = CDCMTK_HOST_NOT_FOUND; break;
        default: break;
        }
    }
    return cdcmtk::fail(failure, kind, "%s", condition.text());
}

void CDCMTKAssociation::signParameters(T_ASC_Parameters *parameters) {
    static const char uid[] = "2.25.190436530293402811706113472985630412107";
    static const char version[] = "JIELI_1";
    DUL_ASSOCIATESERVICEPARAMETERS &dul = parameters->DULparams;
    snprintf(parameters->ourImplementationClassUID, sizeof parameters->ourImplementationClassUID, "%s", uid);
    snprintf(parameters->ourImplementationVersionName, sizeof parameters->ourImplementationVersionName, "%s", version);
    snprintf(dul.callingImplementationClassUID, sizeof dul.callingImplementationClassUID, "%s", uid);
    snprintf(dul.callingImplementationVersionName, sizeof dul.callingImplementationVersionName, "%s", version);
}

extern "C" void CDCMTK_association_facts(const CDCMTKAssociation *association, CDCMTKAssociationFacts *facts) {
    const T_ASC_Parameters *parameters = association->association->params;
    *facts = CDCMTKAssociationFacts{
        association->calling.c_str(),
        association->called.c_str(),
        parameters->theirImplementationClassUID,
        parameters->theirImplementationVersionName,
        uint32_t(association->association->sendPDVLength),
        int32_t(association->contexts.size()),
        association->link.certificate.data(),
        association->link.certificate.size(),
        association->link.fingerprint.c_str(),
        int32_t(association->link.uris.size()),
    };
}

extern "C" void CDCMTK_association_context(
    const CDCMTKAssociation *association, int32_t index, CDCMTKContext *context) {
    const cdcmtk::Context &found = association->contexts[size_t(index)];
    *context = CDCMTKContext{
        found.id,
        found.abstractSyntax.c_str(),
        int32_t(found.transferSyntaxes.size()),
        found.acceptedTransferSyntax.c_str(),
        found.proposedRole,
        found.acceptedRole,
        found.result,
    };
}

extern "C" const char *CDCMTK_association_transfer_syntax(
    const CDCMTKAssociation *association, int32_t context, int32_t index) {
    return association->contexts[size_t(context)].transferSyntaxes[size_t(index)].c_str();
}

extern "C" const char *CDCMTK_association_certificate_uri(const CDCMTKAssociation *association, int32_t index) {
    return association->link.uris[size_t(index)].c_str();
}
