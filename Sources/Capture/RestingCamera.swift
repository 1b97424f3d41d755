/// A source that can deliver fewer frames while nobody needs them. Used from one thread.
package protocol RestingSource: FrameSource {
  /// Asks for the lower rate, or for the full one again; does nothing where that holds already.
  func rest(_ isResting: Bool)
}

/// A camera that is opened anew at a lower rate while it rests, since drivers change no rate while they stream.
///
/// Where the device grants no lower rate it is found out once and not tried again. Used from one thread only.
package final class RestingCamera: RestingSource, LendingSource {
  package var description: String { camera?.description ?? "" }
  package var nominalRate: Double { camera?.nominalRate ?? 0 }
  package var frameCount: Int? { nil }
  package var isLive: Bool { true }
  package var damagedFrames: Int { pastDamages + (camera?.damagedFrames ?? 0) }

  /// Opens a source that asks for so many frames a second.
  private let open: (Double) -> any FrameSource
  private let fullRate, restingRate: Double
  private var camera: (any FrameSource)?
  private var pastDamages = 0
  private var isResting = false
  private var isLending = false
  private var grantedRate = 0.0
  private var isLowerRefused = false
  /// How many silent calls are passed over since the camera was opened anew; each lasts up to half a second.
  private var patience = 0

  private static let reopeningCalls = 4

  /// - Parameters:
  ///   - fullRate: frames a second that are asked for.
  ///   - restingRate: the same while resting; not below the full rate: the camera is left alone.
  package init(fullRate: Double, restingRate: Double, open: @escaping (Double) -> any FrameSource) {
    self.open = open
    (self.fullRate, self.restingRate) = (fullRate, restingRate)
    camera = open(fullRate)
  }

  package func rest(_ isResting: Bool) {
    guard isResting != self.isResting, restingRate < fullRate, !isLowerRefused else { return }
    self.isResting = isResting
    if isResting { grantedRate = nominalRate }
    pastDamages += camera?.damagedFrames ?? 0
    // A camera has one owner: the old one is closed before the new one is opened.
    camera = nil
    camera = open(isResting ? restingRate : fullRate)
    (camera as? any LendingSource)?.lend(isLending)
    patience = Self.reopeningCalls
  }

  package var lendingProblem: String? { (camera as? any LendingSource)?.lendingProblem }

  package func lend(_ isLending: Bool) {
    guard isLending != self.isLending else { return }
    self.isLending = isLending
    (camera as? any LendingSource)?.lend(isLending)
  }

  package func next() throws(CaptureError) -> FrameRead {
    while true {
      guard let camera else { return .waiting(reason: "the camera is being opened") }
      let read = try camera.next()
      if case .late = read { return .late }
      if case .waiting = read, patience > 0 {
        patience -= 1
        continue
      }
      if patience > 0, isResting, grantedRate > 0, camera.nominalRate >= grantedRate {
        (isLowerRefused, isResting) = (true, false)
      }
      patience = 0
      return read
    }
  }
}
