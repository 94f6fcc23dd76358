// Doors to DCMTK's upper layer (PS3.8) over sockets and TLS connections of our own.
//
// DCMTK negotiates associations and frames PDUs. What travels inside them (the DIMSE messages of PS3.7) is the caller's:
// commands and data sets pass here as bytes.
//
// Every function returns 0 (CDCMTK_OK) or the kind of a failure that it describes in `failure`. No C++ exception leaves
// them. An association belongs to one thread at a time; another thread ends a blocked call by making the association's
// wake descriptor readable. Timeouts are milliseconds for the whole call, negative for none.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    CDCMTK_OK = 0,
    /// The peer closed the transport connection without a word.
    CDCMTK_CLOSED,
    CDCMTK_TIMED_OUT,
    /// The wake descriptor became readable.
    CDCMTK_CANCELLED,
    /// The peer sent an A-ABORT.
    CDCMTK_ABORTED,
    /// The peer asks to release the association.
    CDCMTK_RELEASE_REQUESTED,
    CDCMTK_REJECTED,
    CDCMTK_CONNECTION_REFUSED,
    CDCMTK_UNREACHABLE,
    CDCMTK_HOST_NOT_FOUND,
    CDCMTK_TLS_CONFIGURATION,
    CDCMTK_TLS_HANDSHAKE_FAILED,
    /// We do not trust the peer's certificate, or it sent none.
    CDCMTK_PEER_CERTIFICATE_REFUSED,
    /// The peer does not trust ours, or wants one.
    CDCMTK_CERTIFICATE_REFUSED_BY_PEER,
    /// The peer's certificate lacks the expected uniform resource name.
    CDCMTK_WRONG_NODE,
    /// We speak TLS, the peer does not; and the reverse.
    CDCMTK_PEER_IS_NOT_TLS,
    CDCMTK_PEER_IS_TLS,
    CDCMTK_PROTOCOL,
    CDCMTK_INTERNAL,
} CDCMTKFailureKind;

typedef struct {
    int32_t kind;
    /// The OFCondition's module and code, 0 when the failure is not DCMTK's.
    uint16_t module;
    uint16_t code;
    /// A-ASSOCIATE-RJ (PS3.8 9.3.4), with CDCMTK_REJECTED only.
    uint8_t rejectResult;
    uint8_t rejectSource;
    uint8_t rejectReason;
    char text[512];
} CDCMTKFailure;

// MARK: Runtime.cpp

/// 1 debug, 2 information, 3 warning, 4 error. Called from any thread.
typedef void (*CDCMTKLogFunction)(int32_t level, const char *logger, const char *message);

/// Loads the dictionary, registers the codecs, sends DCMTK's network log to `log` and silences its other logs, which may
/// quote patients; ignores SIGPIPE. Call once, before any other thread uses DCMTK. Returns -1 when the data dictionary
/// is missing, -2 when DCMTK's network cannot be prepared.
int32_t CDCMTK_runtime_start(CDCMTKLogFunction log);

/// Begins another object on this thread: of each, a few lines at most reach the log. Returns how many there were since the
/// last call.
int64_t CDCMTK_log_next_object(void);

// MARK: TLSContext.cpp

typedef struct CDCMTKTLSContext CDCMTKTLSContext;

/// A context for either side: TLS 1.2 with ECDHE or 1.3, security level 2, the peer's certificate required and verified
/// against the authorities in `authorityFile`. All files are PEM; the key has no passphrase.
int32_t CDCMTK_tls_context_create(
    const char *certificateFile, const char *keyFile, const char *authorityFile, CDCMTKTLSContext **context,
    CDCMTKFailure *failure);
void CDCMTK_tls_context_free(CDCMTKTLSContext *context);

// MARK: Link.cpp

/// A descriptor to interrupt blocked calls with: write eight bytes (a one) to it. Negative on failure; close it yourself.
int CDCMTK_wake_create(void);

// MARK: AssociationReceive.cpp

typedef struct CDCMTKAssociation CDCMTKAssociation;

/// Handshake (with `tls`) and A-ASSOCIATE-RQ on an accepted socket, which belongs to this function from the call on, also
/// on failure. `wake` is borrowed and outlives the association. `maximumPDU`: 4096 to 131072.
int32_t CDCMTK_association_receive(
    int socket, const CDCMTKTLSContext *tls, int wake, uint32_t maximumPDU, int64_t timeout,
    CDCMTKAssociation **association, CDCMTKFailure *failure);

int32_t CDCMTK_association_accept_context(
    CDCMTKAssociation *association, uint8_t contextID, const char *transferSyntax, int32_t role,
    CDCMTKFailure *failure);
/// `reason`: PS3.8 table 9-18 (1 user rejection, 3 abstract syntax, 4 transfer syntaxes not supported).
int32_t CDCMTK_association_refuse_context(
    CDCMTKAssociation *association, uint8_t contextID, uint8_t reason, CDCMTKFailure *failure);
int32_t CDCMTK_association_acknowledge(CDCMTKAssociation *association, int64_t timeout, CDCMTKFailure *failure);
/// PS3.8 table 9-21: result 1 permanent, 2 transient; source 1 user, 2 ACSE, 3 presentation.
int32_t CDCMTK_association_reject(
    CDCMTKAssociation *association, uint8_t result, uint8_t source, uint8_t reason, int64_t timeout,
    CDCMTKFailure *failure);

// MARK: AssociationRequest.cpp

typedef struct {
    const char *abstractSyntax;
    const char *const *transferSyntaxes;
    int32_t transferSyntaxCount;
    int32_t role;
} CDCMTKProposal;

typedef struct {
    /// A name or a literal IPv4 address.
    const char *host;
    uint16_t port;
    const char *callingAETitle;
    const char *calledAETitle;
    /// Context IDs are 1, 3, 5 … in this order; at most 128.
    const CDCMTKProposal *proposals;
    int32_t proposalCount;
    /// NULL for plain TCP.
    const CDCMTKTLSContext *tls;
    /// What the certificate must carry: a DNS name or literal address; NULL leaves it unchecked.
    const char *certificateHost;
    /// A URI the certificate must carry as subject alternative name; NULL for any.
    const char *certificateURI;
    /// TCP congestion control, such as "bbr"; NULL, or one the kernel lacks, leaves the default.
    const char *congestionControl;
    uint32_t maximumPDU;
    int wake;
    int64_t timeout;
    /// Milliseconds in which nothing moves in either direction while something is awaited, after which the association is
    /// given up; negative for never.
    int64_t standstill;
} CDCMTKRequest;

int32_t CDCMTK_association_request(
    const CDCMTKRequest *request, CDCMTKAssociation **association, CDCMTKFailure *failure);

// MARK: AssociationFacts.cpp

/// What a requestor proposes to be in a context: PS3.7 D.3.3.4.
enum { CDCMTK_ROLE_DEFAULT = 0, CDCMTK_ROLE_SCU = 1, CDCMTK_ROLE_SCP = 2, CDCMTK_ROLE_BOTH = 3 };

typedef struct {
    uint8_t contextID;
    const char *abstractSyntax;
    int32_t transferSyntaxCount;
    /// Of a requestor's association: what the peer accepted, or an empty string.
    const char *acceptedTransferSyntax;
    int32_t proposedRole;
    int32_t acceptedRole;
    /// PS3.8 table 9-18, 0 accepted.
    uint8_t result;
} CDCMTKContext;

/// All text is borrowed from the association.
typedef struct {
    const char *callingAETitle;
    const char *calledAETitle;
    const char *peerImplementationClassUID;
    const char *peerImplementationVersionName;
    /// Bytes of message a PDV to the peer can carry.
    uint32_t sendLength;
    int32_t contextCount;
    /// DER and the hexadecimal SHA-256 of it; 0 bytes and an empty string without TLS.
    const uint8_t *certificate;
    size_t certificateCount;
    const char *certificateFingerprint;
    int32_t certificateURICount;
} CDCMTKAssociationFacts;

void CDCMTK_association_facts(const CDCMTKAssociation *association, CDCMTKAssociationFacts *facts);
void CDCMTK_association_context(const CDCMTKAssociation *association, int32_t index, CDCMTKContext *context);
const char *CDCMTK_association_transfer_syntax(const CDCMTKAssociation *association, int32_t context, int32_t index);
const char *CDCMTK_association_certificate_uri(const CDCMTKAssociation *association, int32_t index);

// MARK: AssociationMessages.cpp

typedef struct {
    uint8_t contextID;
    uint8_t isCommand;
    uint8_t isLast;
    /// Valid until the next call.
    const uint8_t *bytes;
    size_t count;
} CDCMTKPDV;

/// The next presentation data value (PS3.8 9.3.5.1). `timeout` is for the first byte of the PDU that brings it, and for
/// the rest of it, too, unless `pduTimeout` (from the first byte on) is not negative.
int32_t CDCMTK_association_receive_pdv(
    CDCMTKAssociation *association, int64_t timeout, int64_t pduTimeout, CDCMTKPDV *pdv, CDCMTKFailure *failure);

/// Sends bytes of a command or data set, in as many PDUs as the peer's maximum asks for. `isLast` ends the command or
/// the data set. Zero bytes are allowed.
int32_t CDCMTK_association_send(
    CDCMTKAssociation *association, uint8_t contextID, int32_t isCommand, int32_t isLast, const uint8_t *bytes,
    size_t count, int64_t timeout, CDCMTKFailure *failure);

/// 1 when something from the peer can be read at once.
int32_t CDCMTK_association_data_waiting(CDCMTKAssociation *association);

int32_t CDCMTK_association_release(CDCMTKAssociation *association, int64_t timeout, CDCMTKFailure *failure);
/// After CDCMTK_RELEASE_REQUESTED.
int32_t CDCMTK_association_acknowledge_release(
    CDCMTKAssociation *association, int64_t timeout, CDCMTKFailure *failure);
/// Sends an A-ABORT as far as the socket takes it at once.
void CDCMTK_association_abort(CDCMTKAssociation *association);
/// Closes and frees; an association neither released nor aborted is just closed.
void CDCMTK_association_free(CDCMTKAssociation *association);

#ifdef __cplusplus
}
#endif
