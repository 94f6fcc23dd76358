// What nodes tell each other of image quality.

import ImageQuality
import Vocabulary

/// Down: how whoever read the study grades its images.
package struct ImageQualityTold: NodeEvent {
    package static let type = "image-quality"
    package var mark: QualityMark
}

/// Down: images must be taken again, or need not after all. Up: what the hospital does about it. In the urgent lane: the
/// patient may still be there.
package struct RetakeTold: NodeEvent {
    package static let type = "retake"
    package var retake: Retake
}
