import Settings

/// When a pipeline rests, and how many frames a second it then looks at.
package struct RestPolicy: Equatable, Sendable {
  /// Frames a second that are looked at while resting; the others are passed over before they are copied. Above 0.
  package var framesPerSecond: Double
  /// Whether the networks sleep while there is nobody to send to.
  package var sleepsUnheard: Bool

  /// Never rests: every frame is read.
  package static let never = RestPolicy(framesPerSecond: .infinity, sleepsUnheard: false)

  package init(framesPerSecond: Double, sleepsUnheard: Bool) {
    self.framesPerSecond = framesPerSecond
    self.sleepsUnheard = sleepsUnheard
  }

  /// As the configuration asks.
  package init(_ tracking: TrackingConfiguration) {
    self.init(framesPerSecond: tracking.idleFPS, sleepsUnheard: tracking.sleepsUnheard)
  }
}

extension LivePipeline {
  /// Whether a recording goes on, which wants every frame.
  var isRecording: Bool { recorder.withLock { $0 }?.state.phase == .recording }

  /// How the threads get on. Any thread.
  package var health: PipelineHealth { vitals.withLock { $0 } }

  /// Whether only a few frames a second are looked at: no face for long, or nobody who listens.
  var isResting: Bool { vitals.withLock { $0.isResting } }
}
