// What became of an instance that was shown to the catalogue.

/// Only `added` changes anything.
package enum RecordOutcome: Hashable, Sendable {
    case added(InstanceRecord)
    /// The same bytes are already there: success, once more.
    case identical(InstanceRecord)
    /// Other bytes are already there under this SOP Instance UID: refused, to be kept aside.
    case conflicting(existing: InstanceRecord)
    /// The Study Instance UID belongs to another hospital: refused, to be kept aside.
    case foreignIssuer(existing: String)
}
