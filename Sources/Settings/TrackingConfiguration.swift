import FaceCore

/// How a face is found, held and read. Plain values: the pipeline hands them to the tracker.
package struct TrackingConfiguration: Equatable, Sendable {
  /// What runs the networks.
  package enum Executor: String, CaseIterable, Sendable {
    /// Shaders where there is a GPU, the CPU elsewhere, as a probe finds.
    case auto
    /// OpenGL ES shaders.
    case gl
    /// The CPU.
    case simd
  }

  /// Which set of networks is taken.
  package enum Networks: String, CaseIterable, Sendable {
    /// The full set where this machine is measured to run it easily, else the lite one.
    case auto
    /// The accurate set.
    case full
    /// The small set.
    case lite
  }

  package var executor = Executor.auto
  package var networks = Networks.auto
  /// How often the detector looks for a face while none is held, Hz.
  package var detectHz = 10.0
  /// How many faces are followed at once, 1 to ``FaceNumber/most``.
  package var maxFaces = 1
  /// The confidence 0…1 from which a face is held.
  package var presenceOn = 0.98
  /// The confidence 0…1 below which a held face is lost; below `presenceOn`.
  package var presenceOff = 0.4
  /// After how long without a face the daemon rests, seconds.
  package var idleAfterSeconds = 10.0
  /// How often the detector looks for a face while the daemon rests, Hz.
  package var idleDetectHz = 2.0
  /// How many frames a second are looked at while the daemon rests.
  package var idleFPS = 5.0
  /// Whether the networks sleep while nobody hears them.
  package var sleepsUnheard = true

  package init() {}
}
