// Which part of the body was examined.

/// Coarse enough to be somebody's speciality. What modalities write in (0018,0015), or in descriptions where that is
/// missing, is brought down to one of these.
package enum BodyRegion: String, Hashable, Codable, Sendable, CaseIterable {
    case head
    case neck
    case chest
    case heart
    case breast
    case abdomen
    case pelvis
    case spine
    case upperLimb = "upper-limb"
    case lowerLimb = "lower-limb"
    case wholeBody = "whole-body"

    /// Of the defined terms of (0018,0015), PS3.16 Annex L, and what modalities write in their stead.
    package init?(bodyPart: String) {
        let text = bodyPart.uppercased().filter { $0.isLetter || $0.isNumber }
        guard !text.isEmpty else { return nil }
        if let found = Self.exact[text] {
            self = found
        } else if let found = Self.words.first(where: { text.contains($0.word) }) {
            self = found.region
        } else {
            return nil
        }
    }

    /// The first body part that says something; else what the descriptions say.
    package init?(bodyParts: [String], descriptions: [String] = []) {
        guard let found = (bodyParts + descriptions).lazy.compactMap(BodyRegion.init(bodyPart:)).first else {
            return nil
        }
        self = found
    }

    private static let exact: [String: BodyRegion] = [
        "HEART": .heart, "CAP": .wholeBody, "TAP": .wholeBody, "CHESTABDPELV": .wholeBody, "ABDPELV": .abdomen,
        "HEADNECK": .head, "EAR": .head, "EYE": .head, "JAW": .head, "HIP": .lowerLimb, "LEG": .lowerLimb,
        "TOE": .lowerLimb, "ARM": .upperLimb, "HAND": .upperLimb, "LSPINE": .spine, "CSPINE": .spine,
        "TSPINE": .spine, "SSPINE": .spine,
    ]

    /// The first that is contained: the more telling before the more general.
    private static let words: [(word: String, region: BodyRegion)] = [
        ("WHOLEBODY", .wholeBody), ("全身", .wholeBody),
        ("SPINE", .spine), ("SACRUM", .spine), ("COCCYX", .spine), ("VERTEBRA", .spine), ("LUMBAR", .spine),
        ("椎", .spine), ("脊柱", .spine), ("骶", .spine),
        ("CORONARY", .heart), ("CARDI", .heart), ("HEART", .heart), ("心脏", .heart), ("冠脉", .heart),
        ("冠状动脉", .heart),
        ("BREAST", .breast), ("MAMMO", .breast), ("乳腺", .breast),
        ("BRAIN", .head), ("SKULL", .head), ("HEAD", .head), ("CRANI", .head), ("ORBIT", .head), ("SINUS", .head),
        ("FACE", .head), ("FACIAL", .head), ("MAXILLA", .head), ("MANDIBLE", .head), ("NASAL", .head),
        ("TEMPORAL", .head), ("DENTAL", .head), ("TEETH", .head), ("头", .head), ("颅", .head), ("脑", .head),
        ("鼻", .head), ("眼", .head),
        ("NECK", .neck), ("THYROID", .neck), ("CAROTID", .neck), ("LARYN", .neck), ("颈", .neck), ("甲状腺", .neck),
        ("CHEST", .chest), ("THORAX", .chest), ("LUNG", .chest), ("RIB", .chest), ("STERN", .chest),
        ("CLAVICLE", .upperLimb), ("胸", .chest), ("肺", .chest), ("肋", .chest),
        ("SHOULDER", .upperLimb), ("SCAPULA", .upperLimb), ("HUMERUS", .upperLimb), ("ELBOW", .upperLimb),
        ("FOREARM", .upperLimb), ("RADIUS", .upperLimb), ("ULNA", .upperLimb), ("WRIST", .upperLimb),
        ("FINGER", .upperLimb), ("THUMB", .upperLimb), ("UPPEREXT", .upperLimb), ("HAND", .upperLimb),
        ("肩", .upperLimb), ("肘", .upperLimb), ("腕", .upperLimb), ("手", .upperLimb), ("上肢", .upperLimb),
        ("FEMUR", .lowerLimb), ("THIGH", .lowerLimb), ("KNEE", .lowerLimb), ("PATELLA", .lowerLimb),
        ("TIBIA", .lowerLimb), ("FIBULA", .lowerLimb), ("ANKLE", .lowerLimb), ("FOOT", .lowerLimb),
        ("CALCANEUS", .lowerLimb), ("LOWEREXT", .lowerLimb), ("膝", .lowerLimb), ("踝", .lowerLimb),
        ("足", .lowerLimb), ("髋", .lowerLimb), ("下肢", .lowerLimb), ("股骨", .lowerLimb),
        ("PELVI", .pelvis), ("PROSTATE", .pelvis), ("UTERUS", .pelvis), ("BLADDER", .pelvis), ("RECTUM", .pelvis),
        ("盆", .pelvis), ("前列腺", .pelvis), ("子宫", .pelvis), ("膀胱", .pelvis),
        ("ABDOMEN", .abdomen), ("LIVER", .abdomen), ("KIDNEY", .abdomen), ("RENAL", .abdomen), ("URIN", .abdomen),
        ("PANCREA", .abdomen), ("SPLEEN", .abdomen), ("BILE", .abdomen), ("GALL", .abdomen), ("COLON", .abdomen),
        ("STOMACH", .abdomen), ("腹", .abdomen), ("肝", .abdomen), ("肾", .abdomen), ("胰", .abdomen), ("胃", .abdomen),
    ]
}
