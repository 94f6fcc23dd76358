// Whom the trail names for what came.

import Archive
import Audit

extension InstanceSource {
    package var auditActor: AuditActor {
        switch kind {
        case .modality: AuditActor(kind: .modality, name: name)
        case .node: AuditActor(kind: .node, name: name)
        case .user, .media: AuditActor(kind: .user, name: name)
        case .folder, .made, .found: .system(name)
        }
    }
}
