// What the synthetic patients look like inside.

import Foundation

enum Phantoms {
    /// A chest in Hounsfield units at `level` 0 (apex) … 1 (base).
    static func chestCT(size: Int, level: Double, seed: UInt64, deviation: Double = 10) -> Canvas {
        var canvas = Canvas(width: size, height: size, value: -1000)
        let breadth = 0.36 + 0.06 * sin(level * .pi)
        let lung = 0.06 + 0.10 * sin((0.1 + 0.8 * level) * .pi)
        var parts = [
            Ellipse(x: 0.5, y: 0.52, halfWidth: breadth + 0.02, halfHeight: 0.30, value: -95),
            Ellipse(x: 0.5, y: 0.52, halfWidth: breadth, halfHeight: 0.275, value: 45),
            Ellipse(x: 0.31, y: 0.5, halfWidth: lung, halfHeight: lung * 1.45, value: -840),
            Ellipse(x: 0.69, y: 0.5, halfWidth: lung, halfHeight: lung * 1.45, value: -840),
            // Trachea, then the two bronchi.
            Ellipse(x: 0.5, y: 0.47, halfWidth: level < 0.35 ? 0.018 : 0, halfHeight: 0.02, value: -980),
            Ellipse(
                x: 0.45, y: 0.48, halfWidth: level >= 0.35 && level < 0.5 ? 0.013 : 0, halfHeight: 0.013, value: -980),
            Ellipse(
                x: 0.55, y: 0.48, halfWidth: level >= 0.35 && level < 0.5 ? 0.013 : 0, halfHeight: 0.013, value: -980),
            // Heart and great vessels.
            Ellipse(x: 0.54, y: 0.42, halfWidth: level > 0.45 ? 0.11 : 0, halfHeight: 0.09, value: 60),
            Ellipse(x: 0.47, y: 0.40, halfWidth: 0.03, halfHeight: 0.03, value: 55),
            Ellipse(x: 0.55, y: 0.60, halfWidth: 0.025, halfHeight: 0.025, value: 55),
            // Spine, sternum.
            Ellipse(x: 0.5, y: 0.69, halfWidth: 0.055, halfHeight: 0.045, value: 260),
            Ellipse(x: 0.5, y: 0.735, halfWidth: 0.018, halfHeight: 0.016, value: 30),
            Ellipse(x: 0.5, y: 0.775, halfWidth: 0.012, halfHeight: 0.03, value: 380),
            Ellipse(x: 0.5, y: 0.265, halfWidth: 0.035, halfHeight: 0.011, value: 320),
        ]
        for index in 0..<9 {
            let angle = Double(index) / 8 * 1.1 * .pi - 0.05 * .pi + level * 0.6
            for side in [-1.0, 1.0] {
                let x = 0.5 + side * abs(cos(angle)) * (breadth - 0.015)
                parts.append(
                    Ellipse(x: x, y: 0.52 - 0.26 * sin(angle - 0.3), halfWidth: 0.018, halfHeight: 0.011, value: 520))
            }
        }
        for index in 0..<14 {
            let turn = Double(index) * 2.39996 + level * 3
            let radius = lung * (0.2 + 0.05 * Double(index))
            let center = index % 2 == 0 ? 0.31 : 0.69
            parts.append(
                Ellipse(
                    x: center + radius * cos(turn) * 0.8, y: 0.5 + radius * sin(turn), halfWidth: 0.006,
                    halfHeight: 0.006, value: 20))
        }
        // A nodule of 8 mm for somebody to find.
        let nodule = 0.014 - abs(level - 0.6) * 0.2
        parts.append(Ellipse(x: 0.36, y: 0.44, halfWidth: nodule, halfHeight: nodule, value: 35))
        for part in parts { canvas.fill(part) }
        canvas.finish(seed: seed, deviation: deviation, range: -1024...3071)
        return canvas
    }

    /// A frontal chest radiograph of 12 bits, bright where the rays are stopped.
    static func chestRadiograph(size: Int, seed: UInt64) -> Canvas {
        var canvas = Canvas(width: size, height: size, value: 150)
        canvas.fill(Ellipse(x: 0.5, y: 0.62, halfWidth: 0.46, halfHeight: 0.60, value: 2300))
        canvas.fill(Ellipse(x: 0.5, y: 0.06, halfWidth: 0.11, halfHeight: 0.16, value: 2500))
        canvas.fill(Ellipse(x: 0.31, y: 0.45, halfWidth: 0.15, halfHeight: 0.31, value: 900))
        canvas.fill(Ellipse(x: 0.69, y: 0.45, halfWidth: 0.15, halfHeight: 0.31, value: 900))
        canvas.fill(Ellipse(x: 0.57, y: 0.62, halfWidth: 0.15, halfHeight: 0.15, value: 2900))
        canvas.fill(Ellipse(x: 0.3, y: 0.83, halfWidth: 0.22, halfHeight: 0.13, value: 3000))
        canvas.fill(Ellipse(x: 0.7, y: 0.86, halfWidth: 0.22, halfHeight: 0.13, value: 2900))
        canvas.fill(Ellipse(x: 0.5, y: 0.5, halfWidth: 0.035, halfHeight: 0.5, value: 3100))
        for rib in 0..<8 {
            let y = 0.2 + Double(rib) * 0.075
            for side in [-1.0, 1.0] {
                canvas.fill(
                    Ellipse(x: 0.5 + side * 0.19, y: y, halfWidth: 0.16, halfHeight: 0.008, value: 1500))
            }
        }
        canvas.finish(seed: seed, deviation: 25, range: 0...4095)
        return canvas
    }

    /// A transaxial head of 12 bits.
    static func headMR(size: Int, level: Double, seed: UInt64) -> Canvas {
        var canvas = Canvas(width: size, height: size, value: 8)
        let scale = 0.6 + 0.4 * sin((0.15 + 0.8 * level) * .pi)
        func add(_ x: Double, _ y: Double, _ halfWidth: Double, _ halfHeight: Double, _ value: Int) {
            canvas.fill(
                Ellipse(x: x, y: y, halfWidth: halfWidth * scale, halfHeight: halfHeight * scale, value: value))
        }
        add(0.5, 0.5, 0.40, 0.46, 1500)
        add(0.5, 0.5, 0.38, 0.44, 120)
        add(0.5, 0.5, 0.36, 0.42, 620)
        add(0.5, 0.5, 0.30, 0.36, 800)
        add(0.45, 0.47, 0.03, 0.10, 180)
        add(0.55, 0.47, 0.03, 0.10, 180)
        canvas.finish(seed: seed, deviation: 18, range: 0...4095)
        return canvas
    }

    /// An ultrasound sector with a beating ventricle and a patch of colour flow, RGB.
    static func ultrasound(width: Int, height: Int, phase: Double, seed: UInt64) -> [UInt8] {
        var canvas = Canvas(width: width, height: height, value: 0)
        canvas.fill(Ellipse(x: 0.5, y: 0.35, halfWidth: 0.42, halfHeight: 0.6, value: 70))
        let beat = 0.8 + 0.2 * cos(phase * 2 * .pi)
        canvas.fill(Ellipse(x: 0.5, y: 0.5, halfWidth: 0.20 * beat + 0.04, halfHeight: 0.26 * beat + 0.04, value: 150))
        canvas.fill(Ellipse(x: 0.5, y: 0.5, halfWidth: 0.20 * beat, halfHeight: 0.26 * beat, value: 12))
        canvas.finish(seed: seed, deviation: 14, range: 0...255)
        let grey = canvas.bytes
        var rgb = [UInt8](repeating: 0, count: grey.count * 3)
        for index in grey.indices {
            rgb[index * 3] = grey[index]
            rgb[index * 3 + 1] = grey[index]
            rgb[index * 3 + 2] = grey[index]
        }
        let radius = Int(Double(height) * 0.06 * (1.2 - beat) * 4)
        for row in max(0, height / 2 - radius)..<min(height, height / 2 + radius + 1) {
            for column in max(0, width / 2 - radius)..<min(width, width / 2 + radius + 1) {
                let index = (row * width + column) * 3
                rgb[index] = phase < 0.5 ? 230 : 20
                rgb[index + 2] = phase < 0.5 ? 20 : 230
            }
        }
        return rgb
    }
}
