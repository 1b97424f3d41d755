import FaceCore
import Foundation

/// Finds in a recording of a face what a guided calibration asks for: rest, closed eyes, winks.
///
/// Rest is the calmest stretch of two seconds (or what a short recording has) with the face towards the camera, the eyes open and
/// the least expression. Closed eyes are the moments when both lids are near the most that they ever read; winks those when one is
/// more than half closed, as a lid in a wink reads less than in a blink, and the other one far less. What the recording doesn't show
/// stays out of the calibration.
package struct CalibrationFinder {
  private static let restSeconds = 2.0
  private static let leastRestSeconds = 0.5
  private static let frontal: Float = 25 * .pi / 180
  /// Where both lids count as closed and where one does, of its range in the recording, and how far the other one lies below it in
  /// a wink.
  private static let closedAbove: Float = 0.7
  private static let winkAbove: Float = 0.55
  private static let winkDifference: Float = 0.4
  /// The least range of a lid in which closed and open can be told apart.
  private static let leastRange: Float = 0.2
  /// How many frames a state has to have: fewer are lids that don't start together.
  private static let leastFrames = 4

  private let frames: [FaceObservation]

  /// - Parameter frames: in their order, as they left the filters, before any calibration.
  package init(_ frames: [FaceObservation]) { self.frames = frames }

  /// What was found.
  ///
  /// - Throws: ``RigMappingError/unusable(_:)`` for a recording without half a second of a face at rest.
  package func find() throws(RigMappingError) -> Calibration {
    guard let rest = calmest else {
      throw .unusable(
        "there is no half second of a face at rest in it: look at the camera, eyes open, and hold still for two seconds"
      )
    }
    var capture = CalibrationCapture(.neutral, seconds: Self.leastRestSeconds)
    for frame in frames[rest] { capture.add(frame) }
    var result = try capture.result(over: Calibration())
    let open = LidMap.openLevels(result.neutral)
    let seen = frames.filter { isFrontal($0) }
    let top = (left: highest(.eyeBlinkLeft, seen), right: highest(.eyeBlinkRight, seen))
    guard top.left - open.left > Self.leastRange, top.right - open.right > Self.leastRange else { return result }
    func level(_ frame: FaceObservation) -> SIMD2<Float> {
      SIMD2(
        (frame.weights[.eyeBlinkLeft] - open.left) / (top.left - open.left),
        (frame.weights[.eyeBlinkRight] - open.right) / (top.right - open.right))
    }
    result.closed = lids(seen.filter { level($0).min() > Self.closedAbove })
    let left = steady { level($0).x > Self.winkAbove && level($0).x - level($0).y > Self.winkDifference }
    let right = steady { level($0).y > Self.winkAbove && level($0).y - level($0).x > Self.winkDifference }
    result.winkLeft = lids(left)
    result.winkRight = lids(right)
    return result
  }

  private func isFrontal(_ frame: FaceObservation) -> Bool {
    guard frame.isPresent, frame.isFinite else { return false }
    let angles = frame.pose.rotation.headAngles
    return max(abs(angles.yaw), abs(angles.pitch)) < Self.frontal
  }

  /// The indices of the calmest stretch.
  private var calmest: Range<Int>? {
    var best: (cost: Float, frames: Range<Int>)?
    var end = 0
    for start in frames.indices {
      end = max(end, start)
      while end < frames.count, frames[end].time.seconds(since: frames[start].time) < Self.restSeconds { end += 1 }
      let span = frames[end - 1].time.seconds(since: frames[start].time)
      guard span >= Self.leastRestSeconds, frames[start..<end].allSatisfy(isFrontal) else { continue }
      let candidate = start..<end
      // A short stretch at the end has to be much calmer than a whole one.
      let cost = unrest(candidate) * Float(Self.restSeconds / span)
      if cost < best?.cost ?? .infinity { best = (cost, candidate) }
    }
    return best?.frames
  }

  /// How much a stretch shows and moves: mean weights and their deviations, and the head's turn, radians.
  private func unrest(_ stretch: Range<Int>) -> Float {
    let count = Float(stretch.count)
    var cost: Float = 0
    for channel in Blendshape.allCases where !channel.isLook {
      var (sum, squares): (Float, Float) = (0, 0)
      for index in stretch {
        let weight = frames[index].weights[channel]
        sum += weight
        squares += weight * weight
      }
      let mean = sum / count
      let deviation = max(0, squares / count - mean * mean).squareRoot()
      cost += mean * (channel.isLid ? 2 : 1) + deviation * (channel.isLid ? 4 : 2)
    }
    let first = frames[stretch.lowerBound].pose.rotation
    for index in stretch {
      let turn = (first.conjugate * frames[index].pose.rotation).rotationVector
      cost += (turn * turn).sum().squareRoot() * 4 / count
    }
    return cost
  }

  private func highest(_ channel: Blendshape, _ frames: [FaceObservation]) -> Float {
    let values = frames.map { $0.weights[channel] }.sorted()
    return values.isEmpty ? 0 : values[values.count - 1 - values.count / 50]
  }

  /// The frames of runs of ``leastFrames`` and more, less their first and last, in which lids still move.
  private func steady(_ holds: (FaceObservation) -> Bool) -> [FaceObservation] {
    var (found, run): ([FaceObservation], [FaceObservation]) = ([], [])
    func close() {
      if run.count >= Self.leastFrames { found += run.dropFirst().dropLast() }
      run = []
    }
    for frame in frames {
      if isFrontal(frame), holds(frame) { run.append(frame) } else { close() }
    }
    close()
    return found
  }

  /// The medians of both lids, nil for too few frames.
  private func lids(_ frames: [FaceObservation]) -> Calibration.LidPair? {
    guard frames.count >= 2 else { return nil }
    func median(_ channel: Blendshape) -> Float { frames.map { $0.weights[channel] }.sorted()[frames.count / 2] }
    return .init(left: median(.eyeBlinkLeft), right: median(.eyeBlinkRight))
  }
}
