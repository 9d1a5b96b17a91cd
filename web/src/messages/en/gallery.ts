export const gallery = {
  title: "Results",
  filter: "Which images are shown",
  all: "All",
};
