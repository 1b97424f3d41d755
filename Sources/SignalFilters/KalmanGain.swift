/// The gains of a constant-velocity Kalman filter: position and speed, driven by white acceleration, measured with white
/// noise (Bar-Shalom, Li, Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, section 6.2.2).
///
/// Only the ratio of the two noises matters; it is given as the natural frequency that the filter settles at. The noise is a
/// density, so that twice the samples weigh half each and the speed is the same at any frame rate.
struct KalmanGain: Equatable, Sendable {
  // Covariance in units of the measurement noise's density; nil before the first step.
  private var covariance: (pp: Double, pv: Double, vv: Double)?

  /// Steps on by `seconds` (above 0) and returns what share of an innovation goes to the position, and its factor (1/s) for
  /// the speed.
  mutating func step(seconds: Double, hz: Double) -> (position: Double, speed: Double) {
    let omega = 2 * .pi * hz
    let drive = omega * omega * omega * omega
    // The settled covariance: nobody has to wait for the filter to find it.
    let (pp, pv, vv) =
      covariance ?? (2.0.squareRoot() * omega, omega * omega, 2.0.squareRoot() * omega * omega * omega)
    let t = seconds
    let a = pp + 2 * t * pv + t * t * vv + drive * t * t * t / 3
    let b = pv + t * vv + drive * t * t / 2
    let c = vv + drive * t
    let innovation = a + 1 / t
    let gain = (position: a / innovation, speed: b / innovation)
    covariance = (a - gain.position * a, b - gain.position * b, c - gain.speed * b)
    return gain
  }

  static func == (a: Self, b: Self) -> Bool {
    switch (a.covariance, b.covariance) {
    case (nil, nil): true
    case (let x?, let y?): x == y
    default: false
    }
  }
}

/// A constant-velocity Kalman filter of a scalar, for its speed.
struct VelocityEstimate: Equatable, Sendable {
  private var gain = KalmanGain()
  private var position = 0.0
  /// Units per second.
  private(set) var speed = 0.0

  /// Begins at rest at a value.
  mutating func start(at value: Double) { (gain, position, speed) = (KalmanGain(), value, 0) }

  /// Takes the sample that came `seconds` after the last.
  mutating func update(_ value: Double, seconds: Double, hz: Double) {
    let gain = gain.step(seconds: seconds, hz: hz)
    let expected = position + speed * seconds
    position = expected + gain.position * (value - expected)
    speed += gain.speed * (value - expected)
  }
}
