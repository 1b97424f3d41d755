import Foundation
import Glibc

/// The terminal that the tool runs in: its size, single keys, and a screen of its own while a live view is shown.
struct Terminal {
  /// Whether standard output is a terminal.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns and rows; 80 × 24 where the terminal doesn't say.
  static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  private var saved = termios()
  private let readsKeys: Bool

  /// Switches to the alternate screen, hides the cursor, and reads keys without echo where standard input is a terminal.
  init() {
    readsKeys = isatty(STDIN_FILENO) == 1
    if readsKeys {
      tcgetattr(STDIN_FILENO, &saved)
      var raw = saved
      raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
      withUnsafeMutableBytes(of: &raw.c_cc) { $0[Int(VMIN)] = 0 }
      tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    }
    Self.write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J")
  }

  /// Gives the screen back as it was.
  func restore() {
    if readsKeys {
      var before = saved
      tcsetattr(STDIN_FILENO, TCSANOW, &before)
    }
    Self.write("\u{1b}[?25h\u{1b}[?1049l")
  }

  /// The key that was pressed, if any; never waits.
  func key() -> Character? {
    guard readsKeys else { return nil }
    var byte: UInt8 = 0
    return read(STDIN_FILENO, &byte, 1) == 1 ? Character(UnicodeScalar(byte)) : nil
  }

  /// Draws lines from the upper left corner, clearing what was behind them.
  func draw(_ lines: [String]) {
    Self.write("\u{1b}[H" + lines.map { $0 + "\u{1b}[0m\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
  }

  private static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
