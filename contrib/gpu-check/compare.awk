# Compares the weights of two tracks, frame by frame: awk -v name=NAME -v limit=0.03 -f compare.awk ONE.csv OTHER.csv
BEGIN { FS = "," }
FNR == 1 {
  for (i = 1; i <= NF; i++) if ($i == "proc_ms") first = i + 1
  columns = NF
  next
}
NR == FNR { rows[FNR] = $0; next }
{
  split(rows[FNR], one, ",")
  if (one[2] != $2) faces++
  for (i = first; i <= columns; i++) {
    if (one[i] == "" || $i == "") continue
    difference = one[i] - $i
    if (difference < 0) difference = -difference
    if (difference > worst) worst = difference
    compared++
  }
}
END {
  good = compared > 0 && worst <= limit && faces == 0
  printf "%s: %d weights compared, off by at most %.5f, presence differs in %d frames:%s\n", \
    name, compared, worst, faces, good ? " ok" : " FAIL"
  exit !good
}
