import FaceCore
import FaceTracking
import Foundation
import Pipeline

/// The demo's picture of the pipeline: the frame with its window and landmarks, bars for the 52 weights, angles, rates, targets.
struct LiveView {
  private static let green: SIMD3<UInt8> = [90, 230, 120]
  private static let amber: SIMD3<UInt8> = [255, 190, 60]
  /// Cells that one column of weights takes: name, bar, figure.
  private static let weightColumn = 35

  /// The lines to draw in a terminal of that size.
  func lines(_ snapshot: PipelineSnapshot, columns: Int, rows: Int) -> [String] {
    let head = header(snapshot)
    let weightColumns = columns >= 3 * Self.weightColumn ? 2 : 1
    let available = columns - weightColumns * Self.weightColumn - 1
    let body = rows - head.count - snapshot.targets.count - 1
    guard body > 4 else { return head }
    let bars = weightLines(snapshot.observation.weights, columns: weightColumns, rows: body)
    guard available >= 24 else { return head + bars + snapshot.targets }
    var picture = HalfBlockImage(snapshot.image, columns: available, rows: body)
    if let window = snapshot.observation.window { picture.window(window, colour: Self.amber) }
    for landmark in snapshot.landmarks { picture.point(landmark, colour: Self.green) }
    let left = picture.lines
    let blank = String(repeating: " ", count: picture.width)
    let joined = (0..<max(left.count, bars.count)).map { row in
      (row < left.count ? left[row] : blank) + " " + (row < bars.count ? bars[row] : "")
    }
    return head + joined + snapshot.targets
  }

  private func header(_ snapshot: PipelineSnapshot) -> [String] {
    let observation = snapshot.observation
    let angles = observation.pose.rotation.headAngles
    let degrees = [angles.yaw, angles.pitch, angles.roll].map { String(format: "%+6.1f°", $0 * 180 / .pi) }
    let state =
      snapshot.waitingReason.map { "waiting: \($0)" }
      ?? (observation.isPresent ? String(format: "face %.2f", observation.confidence) : "no face")
    let timings = snapshot.timings
    return [
      "\u{1b}[1mGurn\u{1b}[0m  \(snapshot.source)  \u{1b}[1m\(state)\u{1b}[0m  q ends",
      "yaw \(degrees[0])  pitch \(degrees[1])  roll \(degrees[2])  " + gaze(observation.gaze),
      String(
        format: "%5.1f frames/s  track %.2f ms  filter %.3f ms  send %.3f ms  ", timings.framesPerSecond,
        timings.trackMilliseconds, timings.filterMilliseconds, timings.sendMilliseconds)
        + "\(snapshot.executor)  \(snapshot.droppedFrames) dropped",
    ]
  }

  private func gaze(_ gaze: Gaze) -> String {
    let left = [gaze.leftYaw, gaze.leftPitch, gaze.rightYaw, gaze.rightPitch].map { $0 * 180 / .pi }
    return String(format: "gaze left %+.0f° %+.0f° right %+.0f° %+.0f°", left[0], left[1], left[2], left[3])
  }

  private func weightLines(_ weights: BlendshapeWeights, columns: Int, rows: Int) -> [String] {
    let perColumn = (52 + columns - 1) / columns
    return (0..<min(perColumn, rows)).map { row in
      (0..<columns).map { column in
        let index = column * perColumn + row
        return index < 52 ? bar(Blendshape(rawValue: index)!, weights[index]) : ""
      }.joined()
    }
  }

  private func bar(_ channel: Blendshape, _ weight: Float) -> String {
    let cells = 8
    let eighths = Int((weight * Float(cells * 8)).rounded())
    let full = String(repeating: "█", count: eighths / 8)
    let part = eighths % 8 == 0 ? "" : String(UnicodeScalar(0x2590 - UInt32(eighths % 8))!)
    let drawn = (full + part).padding(toLength: cells, withPad: " ", startingAt: 0)
    let name = channel.name.padding(toLength: 20, withPad: " ", startingAt: 0)
    return "\(name)\u{1b}[38;2;90;230;120m\(drawn)\u{1b}[0m" + String(format: "%5.2f  ", weight)
  }
}
