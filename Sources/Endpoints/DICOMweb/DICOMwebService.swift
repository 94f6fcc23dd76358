// The reading half of DICOMweb (PS3.18): QIDO-RS and WADO-RS.

import HTTPService
import Hummingbird
import StudyFlow

/// Searches and retrieves all that this node keeps, below `/dicom-web`, for anybody who has an account here: by session
/// cookie or by token.
///
///     studies, series, instances          QIDO-RS    SearchRoutes
///     studies/S[/series/R[/instances/I]]  WADO-RS    InstanceRoutes
///       …/metadata                                   MetadataRoutes
///       …/frames/1,2                                 FrameRoutes
///       …/rendered, …/thumbnail                      RenderedRoutes
///       …/bulkdata/7FE00010                          BulkDataRoutes
package struct DICOMwebService: Sendable {
    private let flow: FlowContext
    private let stored: StoredInstances

    package init(flow: FlowContext) {
        self.flow = flow
        stored = StoredInstances(
            flow: flow, trail: AccessTrail(desk: StudyDesk(flow), clock: flow.clock), line: DecodingLine())
    }

    package func addRoutes(to router: Router<JieliRequestContext>) {
        let group = router.group(RouterPath(ResourceLocations.root)).add(middleware: RoleRequirement())
        SearchRoutes(flow: flow).addRoutes(to: group)
        InstanceRoutes(stored: stored).addRoutes(to: group)
        MetadataRoutes(stored: stored).addRoutes(to: group)
        let frames = FrameRoutes(stored: stored)
        frames.addRoutes(to: group)
        RenderedRoutes(stored: stored).addRoutes(to: group)
        BulkDataRoutes(stored: stored, frames: frames).addRoutes(to: group)
    }
}
