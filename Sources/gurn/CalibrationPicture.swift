import Foundation
import RigMapping

/// What a guided calibration shows: a drawn face that does what is asked for, the words for it, a bar.
///
/// The face is drawn as in a mirror: its left eye stands on the left.
enum CalibrationPicture {
  /// What the person is asked for.
  static func words(_ kind: CalibrationCapture.Kind) -> String {
    switch kind {
    case .neutral: "Rest your face and look at the camera."
    case .turn: "Rest your face, and turn your head slowly to the left, to the right, and back."
    case .closed: "Close both eyes, gently, until the terminal beeps."
    case .winkLeft: "Close your left eye. Keep the right one open."
    case .winkRight: "Close your right eye. Keep the left one open."
    case .maximum: "Pull faces: open wide, smile, pout, frown, brows up and down, puff your cheeks."
    }
  }

  /// The lines of the drawing.
  static func face(_ kind: CalibrationCapture.Kind) -> [String] {
    let open = "(o)"
    let shut = "\\_/"
    let left = kind == .closed || kind == .winkLeft ? shut : open
    let right = kind == .closed || kind == .winkRight ? shut : open
    let brows = kind == .maximum ? "    /   \\       /   \\    " : "    .---.       .---.    "
    let mouth =
      kind == .maximum
      ? ["|       .-------.       |", " \\     (         )     / ", "  \\     '-------'     /  "]
      : ["|                       |", " \\      '-------'      / ", "  \\                   /  "]
    return [
      "      .-----------.      ",
      "    /               \\    ",
      "  /                   \\  ",
      brows,
      "|     \(left)       \(right)     |",
      "|           |           |",
      "|          '-'          |",
    ] + mouth + ["    \\               /    ", "      '-----------'      "]
  }

  /// A bar of 30 cells and the share in per cent.
  static func bar(_ share: Double) -> String {
    let filled = max(0, min(30, Int(share * 30)))
    let cells = String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled)
    return cells + String(format: " %3.0f %%", share * 100)
  }

  /// The whole screen of a step.
  static func screen(
    _ kind: CalibrationCapture.Kind, step: Int, of steps: Int, share: Double, hint: String
  ) -> [String] {
    ["\u{1b}[1mCalibration, step \(step) of \(steps)\u{1b}[0m   q gives up", ""] + face(kind).map { "   " + $0 } + [
      "", "\u{1b}[1m\(words(kind))\u{1b}[0m", "", bar(share), hint,
    ]
  }
}
