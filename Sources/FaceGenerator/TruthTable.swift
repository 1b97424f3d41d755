import FaceCore
import Foundation

/// The truth of a session as CSV: `t,present,confidence,yaw,pitch,roll,box_x,box_y,box_w,box_h,proc_ms` and the 52
/// blendshapes; seconds, degrees, pixels. A frame without a face leaves what belongs to a face empty.
///
/// With `marksDoubt`, a last column `ref_ok` is 0 for frames that shall not be scored.
package struct TruthTable {
  package static let header =
    (["t", "present", "confidence", "yaw", "pitch", "roll", "box_x", "box_y", "box_w", "box_h", "proc_ms"]
    + Blendshape.allCases.map(\.name)).joined(separator: ",")

  private var lines: [String]
  private let marksDoubt: Bool

  package init(marksDoubt: Bool = false) {
    self.marksDoubt = marksDoubt
    lines = [Self.header + (marksDoubt ? ",ref_ok" : "")]
  }

  /// Adds a frame.
  package mutating func append(_ truth: SessionTruth) {
    let time = String(format: "%.4f", truth.seconds)
    let doubt = marksDoubt ? (truth.isCertain ? ",1" : ",0") : ""
    guard let window = truth.window else {
      lines.append("\(time),0" + String(repeating: ",", count: 61) + doubt)
      return
    }
    let angles = truth.rotation.headAngles
    let corner = window.centre - window.side / 2
    var fields = [time, "1", "1"]
    fields += [angles.yaw, angles.pitch, angles.roll].map { String(format: "%.3f", $0 * 180 / .pi) }
    fields += [corner.x, corner.y, window.side, window.side].map { String(format: "%.2f", $0) }
    fields.append("0")
    fields += (0..<52).map { String(format: "%.4f", truth.weights[$0]) }
    lines.append(fields.joined(separator: ",") + doubt)
  }

  /// The whole table, a line a frame.
  package var text: String { lines.joined(separator: "\n") + "\n" }
}
