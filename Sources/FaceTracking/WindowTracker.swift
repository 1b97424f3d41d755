import FaceCore
import Foundation
import NeuralGraph

/// Holds a face's window from frame to frame by the window network's own correction, and says when the face is gone.
///
/// A value without a clock: everything is driven by capture times. Not a filter: the window follows at once.
package struct WindowTracker: Sendable {
  /// When a face counts as found and as gone.
  package struct Configuration: Sendable, Equatable {
    /// The confidence, 0…1, from which a face is present.
    package var presentAbove: Float = 0.98
    /// The confidence, 0…1, below which a present face is absent again.
    package var absentBelow: Float = 0.4
    /// For how long the window of an absent face is still tried before the detector has to find it anew, seconds.
    package var coastSeconds: Double = 0.3
    /// How often the detector runs while no face is held, Hz.
    package var detectHz: Double = 10
    /// After how long without a face the detector runs less often, seconds; infinite for never.
    package var idleAfterSeconds: Double = .infinity
    /// How often the detector runs then, Hz.
    package var idleDetectHz: Double = 2
    /// The confidence below which a held face is doubted: the detector looks at that very frame.
    package var doubtBelow: Float = 0.98
    /// How often the detector looks at a face that is not doubted, seconds.
    package var verifySeconds: Double = 0.5
    /// The detector's score near the window, 0…1, without which a doubted face is given up. Scores are calibrated: of windows
    /// with 0.4, two in five are faces.
    package var doubtedScore: Float = 0.38
    /// The same for a face that is not doubted.
    package var verifiedScore: Float = 0.03
    /// For how long a lost face keeps its number and is looked for as often as if there were no other, seconds.
    package var keepSeconds: Double = 10

    package init() {}
  }

  /// What to do with the next frame.
  package enum Step: Sendable, Equatable {
    /// Run the tracking networks on this window.
    case track(FaceWindow)
    /// Run the detector.
    case detect
    /// Nothing: the detector is not due yet.
    case idle
  }

  /// Where a face was held last, and when.
  package struct Place: Sendable, Equatable {
    package var window: FaceWindow
    package var time: CaptureTime
  }

  package let configuration: Configuration
  package private(set) var isPresent = false
  /// Where the face was last that the detector had confirmed; nil before the first.
  package private(set) var place: Place?
  private var isConfirmed = false
  /// The window to look at next, nil while lost.
  package private(set) var window: FaceWindow?
  private var lastConfident: CaptureTime?
  private var lastDetection: CaptureTime?
  private var lastVerification: CaptureTime?
  /// When a face was last held, before the first one when the first frame came.
  private var lastPresence: CaptureTime?
  /// Whether no face has been held for so long that the detector runs less often.
  package private(set) var isIdle = false

  package init(configuration: Configuration) { self.configuration = configuration }

  /// The step for a frame of that time.
  ///
  /// - Parameter isAccompanied: whether another face is held: one that was not there lately is then looked for only as often
  ///   as the detector runs for the other.
  package mutating func step(at time: CaptureTime, isAccompanied: Bool = false) -> Step {
    if let window, let lastConfident, time.seconds(since: lastConfident) <= configuration.coastSeconds {
      return .track(window)
    }
    window = nil
    let absent = time.seconds(since: lastPresence ?? time)
    // A clip that starts over runs backwards: the wait begins anew.
    if lastPresence == nil || absent < 0 { lastPresence = time }
    isIdle = absent >= configuration.idleAfterSeconds
    if let lastDetection {
      let elapsed = time.seconds(since: lastDetection)
      // A clip that starts over runs backwards: the detector is due then too. Half a millisecond covers rounded timestamps.
      let hz = detectHz(isWaiting: isAccompanied && !isKept(at: time))
      if elapsed >= 0, elapsed < 1 / hz - 0.0005 { return .idle }
    }
    lastDetection = time
    return .detect
  }

  private func detectHz(isWaiting: Bool) -> Double {
    if isIdle { return min(configuration.detectHz, configuration.idleDetectHz) }
    return isWaiting ? min(configuration.detectHz, 1 / configuration.verifySeconds) : configuration.detectHz
  }

  /// The detector ran without being asked for by ``step(at:isAccompanied:)``.
  mutating func noteDetection(at time: CaptureTime) { lastDetection = time }

  /// Whether the face is lost and its number kept for it.
  package func isKept(at time: CaptureTime) -> Bool {
    guard !isPresent, let place else { return false }
    return (0...configuration.keepSeconds).contains(time.seconds(since: place.time))
  }

  /// Takes what the window network said of `window` at `time`, and moves the window for the next frame.
  ///
  /// `frame` is the frame's size in pixels.
  package mutating func update(
    _ window: FaceWindow, correction: [Float], confidence: Float, frame: SIMD2<Float>, at time: CaptureTime
  ) {
    let corrected = window.corrected(by: correction)
    let plausible = corrected.isPlausible(in: frame)
    isPresent = plausible && confidence >= (isPresent ? configuration.absentBelow : configuration.presentAbove)
    if isPresent {
      lastConfident = time
      lastPresence = time
      isIdle = false
      self.window = corrected
      if isConfirmed { place = Place(window: corrected, time: time) }
    } else if !plausible {
      self.window = nil
    }
  }

  /// The detector's score that a held face needs at this frame; nil while no second opinion is due.
  ///
  /// The window network alone is not enough: it follows its own correction, and on a picture without a face that walk looks
  /// for whatever is most like one. The detector sees the whole frame at once and is not led.
  ///
  /// - Parameter early: whether half of the time between two looks is enough, as the detector has run for another face.
  package func scoreNeeded(confidence: Float, at time: CaptureTime, early: Bool = false) -> Float? {
    guard isPresent else { return nil }
    if confidence < configuration.doubtBelow { return configuration.doubtedScore }
    guard let lastVerification else { return configuration.verifiedScore }
    let elapsed = time.seconds(since: lastVerification)
    let due = configuration.verifySeconds / (early ? 2 : 1)
    return elapsed < 0 || elapsed >= due ? configuration.verifiedScore : nil
  }

  /// Takes the second opinion: a face that the detector doesn't confirm is lost.
  package mutating func verify(_ isConfirmed: Bool, at time: CaptureTime) {
    lastVerification = time
    self.isConfirmed = isConfirmed
    if !isConfirmed { lose() }
  }

  /// Gives the face up: its window is another's. `place` is where it is believed to be.
  mutating func lose(to place: Place) {
    lose()
    self.place = place
  }

  private mutating func lose() {
    isPresent = false
    window = nil
    lastConfident = nil
  }

  /// Forgets the face, all but the place where it was.
  package mutating func reset() {
    let place = place
    self = WindowTracker(configuration: configuration)
    self.place = place
  }
}

extension FaceWindow {
  /// This window moved by the network's correction: dx, dy (fractions of the side along its axes), log side, roll.
  package func corrected(by correction: [Float]) -> FaceWindow {
    var limited = SIMD4<Float>.zero
    for index in 0..<4 where correction[index].isFinite { limited[index] = max(-0.6, min(0.6, correction[index])) }
    let right = SIMD2(cos(roll), -sin(roll))
    let down = SIMD2(sin(roll), cos(roll))
    return FaceWindow(
      centre: centre + (right * limited[0] + down * limited[1]) * side, side: side * limited[2].exponential,
      roll: (roll + limited[3]).remainder(dividingBy: 2 * .pi))
  }

  /// The crop that shows this window.
  package var crop: CropTransform { CropTransform(centre: centre, side: side, roll: roll, mirrored: false) }

  /// Whether its middle lies within so many sides, of the larger of both, of another's.
  func isWithin(_ sides: Float, of other: FaceWindow) -> Bool {
    let offset = centre - other.centre
    return (offset * offset).sum().squareRoot() < sides * max(side, other.side)
  }

  /// Whether it shows the face of one of these windows: two heads are at least three quarters of a side apart.
  func isFace(of windows: [FaceWindow]) -> Bool { windows.contains { isWithin(0.5, of: $0) } }

  /// Whether it can hold a face: at least 16 pixels, at most twice the frame, its middle inside the frame.
  func isPlausible(in frame: SIMD2<Float>) -> Bool {
    side.isFinite && side >= 16 && side <= 2 * frame.max() && centre.x >= 0 && centre.y >= 0 && centre.x <= frame.x
      && centre.y <= frame.y
  }
}
