/** Titles of fields and groups, and words that devices say: English as in the definitions, Russian, French. */
export const TABLE = `
Identity|Идентификация|Identité
Identification|Идентификация|Identification
Serial number|Серийный номер|Numéro de série
Energy|Энергия|Énergie
Now|Сейчас|Maintenant
Voltage|Напряжение|Tension
Current|Ток|Courant
Power|Мощность|Puissance
Active power|Активная мощность|Puissance active
Power factor|Коэффициент мощности|Facteur de puissance
Power factor, kind of load|Характер нагрузки|Nature de la charge
Frequency|Частота|Fréquence
Clock|Часы|Horloge
Date|Дата|Date
Time|Время|Heure
Firmware|Прошивка|Micrologiciel
Sensor|Датчик|Capteur
Rated voltage|Номинальное напряжение|Tension nominale
Rated current|Номинальный ток|Courant nominal
Rated capacity|Номинальная ёмкость|Capacité nominale
Model|Модель|Modèle
Measurements|Измерения|Mesures
Remaining capacity|Остаток ёмкости|Capacité restante
Discharged capacity|Отданная ёмкость|Capacité déchargée
Charged energy|Энергия заряда|Énergie chargée
Discharged energy|Энергия разряда|Énergie déchargée
Running time|Время работы|Durée de marche
Direction|Направление|Sens
Time remaining|Оставшееся время|Temps restant
Internal resistance|Внутреннее сопротивление|Résistance interne
Temperature|Температура|Température
Output|Выход|Sortie
State of charge|Уровень заряда|État de charge
State of health|Состояние здоровья|État de santé
Settings|Настройки|Réglages
Over-voltage protection|Защита от перенапряжения|Protection de surtension
Under-voltage protection|Защита от низкого напряжения|Protection de sous-tension
Over-current protection, discharging|Защита по току разряда|Protection de surintensité, décharge
Over-current protection, charging|Защита по току заряда|Protection de surintensité, charge
Over-power protection|Защита по мощности|Protection de surpuissance
Over-temperature protection|Защита от перегрева|Protection de surchauffe
Recovery time after a protection|Время восстановления после защиты|Délai de reprise après protection
Delay before a protection|Задержка защиты|Délai avant protection
Full capacity|Полная ёмкость|Capacité totale
Voltage calibration, steps|Калибровка напряжения, шаги|Étalonnage de tension, pas
Current calibration, steps|Калибровка тока, шаги|Étalonnage de courant, pas
Temperature calibration|Калибровка температуры|Étalonnage de température
Relay type|Тип реле|Type de relais
Current ratio|Коэффициент тока|Rapport de courant
Network address|Сетевой адрес|Adresse réseau
Metering point|Точка учёта|Point de comptage
Verified on|Дата поверки|Vérifié le
Variant|Исполнение|Variante
Read at|Прочитано в|Lu à
Reactive energy, positive|Реактивная энергия, положительная|Énergie réactive positive
Reactive energy, negative|Реактивная энергия, отрицательная|Énergie réactive négative
Reactive power, positive|Реактивная мощность, положительная|Puissance réactive positive
Reactive power, negative|Реактивная мощность, отрицательная|Puissance réactive négative
Day of the week|День недели|Jour de la semaine
Clock trim|Подстройка часов|Ajustement de l’horloge
Date and time|Дата и время|Date et heure
Tariff plan|Тарифное расписание|Plan tarifaire
Season now|Текущий сезон|Saison actuelle
Seasons|Сезоны|Saisons
Special days|Особые дни|Jours particuliers
Day schedules|Суточные расписания|Programmes journaliers
Month is closed on|Закрытие месяца|Clôture du mois
Months|Месяцы|Mois
Months ago|Месяцев назад|Mois passés
Month|Месяц|Mois
Days|Сутки|Jours
Days ago|Дней назад|Jours passés
Day|День|Jour
Read on|Прочитано|Lu le
Energy at the end of each month|Энергия на конец месяца|Énergie à la fin de chaque mois
Energy at the beginning of each day|Энергия на начало суток|Énergie au début de chaque jour
Largest powers|Максимумы мощности|Puissances maximales
Interval of the mean power|Интервал усреднения мощности|Intervalle de la puissance moyenne
Largest mean power of the month|Максимум мощности за месяц|Puissance moyenne maximale du mois
Largest mean power of each month|Максимум мощности по месяцам|Puissance moyenne maximale de chaque mois
Largest mean power|Максимум мощности|Puissance moyenne maximale
Status|Состояние|État
Battery|Батарея|Pile
Conditions|Условия|Conditions
Logs with new entries|Журналы с новыми записями|Journaux avec nouveautés
Events|События|Événements
Power went off|Отключение питания|Coupure d’alimentation
Power came back|Включение питания|Retour d’alimentation
Parameters were written|Запись параметров|Paramètres écrits
Parameters were written, second log|Запись параметров, второй журнал|Paramètres écrits, second journal
Clock was set, first log|Установка часов, первый журнал|Horloge réglée, premier journal
Clock was set, second log|Установка часов, второй журнал|Horloge réglée, second journal
Restarts without a power failure|Перезапуски без отключения|Redémarrages sans coupure
Load profile was cleared|Профиль нагрузки очищен|Courbe de charge effacée
Largest powers were cleared|Максимумы очищены|Maxima effacés
Angle of voltages L1 and L2|Угол между L1 и L2|Angle entre L1 et L2
Angle of voltages L2 and L3|Угол между L2 и L3|Angle entre L2 et L3
Angle of voltages L3 and L1|Угол между L3 и L1|Angle entre L3 et L1
Energy sent to the grid|Отдано в сеть|Énergie injectée
Active power sent to the grid|Мощность, отдаваемая в сеть|Puissance injectée
Telemetry|Телеметрия|Télémétrie
Packs|Модули|Modules
Address|Адрес|Adresse
Cell voltages|Напряжения ячеек|Tensions des cellules
Temperatures|Температуры|Températures
Remaining charge|Остаток заряда|Charge restante
Full charge|Полный заряд|Charge totale
Cycles|Циклы|Cycles
Packs that answered|Ответивших модулей|Modules ayant répondu
Voltage of the rack|Напряжение стойки|Tension du rack
Current of the rack|Ток стойки|Courant du rack
Power of the rack|Мощность стойки|Puissance du rack
Remaining charge of the rack|Остаток заряда стойки|Charge restante du rack
Capacity of the rack|Ёмкость стойки|Capacité du rack
State of charge of the rack|Уровень заряда стойки|État de charge du rack
Weakest cell|Слабейшая ячейка|Cellule la plus faible
Pack of the weakest cell|Модуль слабейшей ячейки|Module de la cellule la plus faible
Number of the weakest cell|Номер слабейшей ячейки|Numéro de la cellule la plus faible
Strongest cell|Сильнейшая ячейка|Cellule la plus forte
Pack of the strongest cell|Модуль сильнейшей ячейки|Module de la cellule la plus forte
Number of the strongest cell|Номер сильнейшей ячейки|Numéro de la cellule la plus forte
Spread of the cells|Разброс ячеек|Écart des cellules
Coldest sensor|Самый холодный датчик|Capteur le plus froid
Warmest sensor|Самый тёплый датчик|Capteur le plus chaud
Alarms|Тревоги|Alarmes
States of the cells|Состояния ячеек|États des cellules
States of the temperatures|Состояния температур|États des températures
State of the current|Состояние тока|État du courant
State of the voltage|Состояние напряжения|État de la tension
State of the charging current|Состояние тока заряда|État du courant de charge
State of the discharging current|Состояние тока разряда|État du courant de décharge
State of the charge current|Состояние тока заряда|État du courant de charge
State of the discharge current|Состояние тока разряда|État du courant de décharge
State of the module voltage|Состояние напряжения модуля|État de la tension du module
Protections|Защиты|Protections
States|Состояния|États
Faults|Неисправности|Défauts
Warnings|Предупреждения|Avertissements
Severity of the worst alarm|Худшая тревога|Gravité de la pire alarme
Cells being balanced|Балансируемые ячейки|Cellules en équilibrage
Cells in error|Ячейки с ошибкой|Cellules en erreur
Cells that drifted from the others|Разошедшиеся ячейки|Cellules qui s’écartent
Cells without connection|Ячейки без контакта|Cellules sans contact
Cells, current and charge|Ячейки, ток и заряд|Cellules, courant et charge
Module voltage|Напряжение модуля|Tension du module
Capacity|Ёмкость|Capacité
Alarms and switches|Тревоги и ключи|Alarmes et commutateurs
Module under-voltage|Низкое напряжение модуля|Sous-tension du module
Module over-voltage|Высокое напряжение модуля|Surtension du module
Cell under-voltage|Низкое напряжение ячейки|Sous-tension de cellule
Over-temperature while charging|Перегрев при заряде|Surchauffe en charge
Over-temperature while discharging|Перегрев при разряде|Surchauffe en décharge
Discharge over-current|Превышение тока разряда|Surintensité de décharge
Charge over-current|Превышение тока заряда|Surintensité de charge
Discharge MOSFET on|Ключ разряда открыт|MOSFET de décharge fermé
Charge MOSFET on|Ключ заряда открыт|MOSFET de charge fermé
Pre-charge MOSFET on|Ключ предзаряда открыт|MOSFET de précharge fermé
Charging|Заряд|Charge
Discharging|Разряд|Décharge
Heater on|Подогрев включён|Chauffage en marche
Fully charged|Полностью заряжен|Pleine charge
Buzzer on|Зуммер включён|Avertisseur en marche
Protections that act|Сработавшие защиты|Protections actives
What the pack is doing|Что делает модуль|Activité du module
Any alarm|Есть тревога|Une alarme
Any alarm in the rack|Есть тревога в стойке|Une alarme dans le rack
Protections that act, with their packs|Сработавшие защиты по модулям|Protections actives, par module
Charge and discharge management|Управление зарядом и разрядом|Gestion de charge et décharge
Charge voltage limit|Предел напряжения заряда|Limite de tension de charge
Discharge voltage limit|Предел напряжения разряда|Limite de tension de décharge
Charge current limit|Предел тока заряда|Limite de courant de charge
Discharge current limit (negative)|Предел тока разряда (отрицательный)|Limite de courant de décharge (négative)
Charging allowed|Заряд разрешён|Charge autorisée
Discharging allowed|Разряд разрешён|Décharge autorisée
Full charge requested|Запрошен полный заряд|Pleine charge demandée
Charge now|Зарядить сейчас|Charger maintenant
Limits (system parameters)|Пределы (параметры системы)|Limites (paramètres du système)
Protocol version|Версия протокола|Version du protocole
Device name|Имя устройства|Nom de l’appareil
Software version|Версия программы|Version du logiciel
Manufacturer|Изготовитель|Fabricant
Device name of the master|Имя ведущего модуля|Nom du maître
Software version of the master|Версия программы ведущего|Version du logiciel du maître
Serial number of the master|Серийный номер ведущего|Numéro de série du maître
Humidity|Влажность|Humidité
Version|Версия|Version
Maker|Производитель|Constructeur
Production date|Дата производства|Date de production
Module name|Имя модуля|Nom du module
Battery type|Тип батареи|Type de batterie
Serial number of the product|Серийный номер изделия|Numéro de série du produit
Hardware|Аппаратная часть|Matériel
Software|Программа|Logiciel
Device|Устройство|Appareil
charging|заряд|en charge
discharging|разряд|en décharge
on|включено|marche
off|отключено|arrêt
normal|норма|normal
above|выше предела|au-dessus
below|ниже предела|en dessous
inductive|индуктивная|inductive
capacitive|ёмкостная|capacitive
over_voltage|перенапряжение|surtension
under_voltage|низкое напряжение|sous-tension
over_current|перегрузка по току|surintensité
over_temperature|перегрев|surchauffe
over_power|перегрузка по мощности|surpuissance
monday|понедельник|lundi
tuesday|вторник|mardi
wednesday|среда|mercredi
thursday|четверг|jeudi
friday|пятница|vendredi
saturday|суббота|samedi
sunday|воскресенье|dimanche
Consumption and cost|Потребление и стоимость|Consommation et coût
Energy charged|Энергия заряда|Énergie chargée
Energy charged today|Заряжено сегодня|Énergie chargée aujourd’hui
Energy charged this month|Заряжено за месяц|Énergie chargée ce mois
Energy discharged|Энергия разряда|Énergie déchargée
Energy discharged today|Отдано сегодня|Énergie déchargée aujourd’hui
Energy discharged this month|Отдано за месяц|Énergie déchargée ce mois
Time without readings|Время без показаний|Temps sans lectures
Time to empty|До разряда|Temps avant décharge
Time to full|До полного заряда|Temps avant pleine charge
Consumption today|Потребление сегодня|Consommation du jour
Consumption this month|Потребление за месяц|Consommation du mois
Cost today|Стоимость сегодня|Coût du jour
Cost this month|Стоимость за месяц|Coût du mois
Largest power|Максимум мощности|Puissance maximale
Everything|Всё|Tout
Voltage curve scale, V a division|Масштаб графика напряжения, В на деление|Échelle de la courbe de tension, V par division
Current curve scale, A a division|Масштаб графика тока, А на деление|Échelle de la courbe de courant, A par division
Clock adjustment|Подводка часов|Réglage de l’horloge
Clock of the meter|Часы счётчика|Horloge du compteur
Clock calibration|Калибровка часов|Étalonnage de l’horloge
Data logging|Запись данных|Enregistrement des données
Voltage taken for 100 %|Напряжение при 100 %|Tension prise pour 100 %
Voltage taken for 0 %|Напряжение при 0 %|Tension prise pour 0 %
Current taken for fully charged|Ток полного заряда|Courant pris pour la pleine charge
Number of the schedule|Номер расписания|Numéro du programme
Switches of the tariff|Переключения тарифа|Changements de tarif
Load relay|Реле нагрузки|Relais de charge
Device address|Адрес устройства|Adresse de l’appareil
Number given by the owner|Номер, данный владельцем|Numéro donné par le propriétaire
Tariff program|Тарифная программа|Programme tarifaire
Error register|Регистр ошибок|Registre d’erreurs
Energy, both directions|Энергия в обоих направлениях|Énergie, deux sens
Date as the meter writes it|Дата, как её пишет счётчик|Date telle que le compteur l’écrit
Time as the meter writes it|Время, как его пишет счётчик|Heure telle que le compteur l’écrit
Alarms of the packs|Тревоги модулей|Alarmes des modules
Severity|Важность|Gravité
Clock of the pack|Часы модуля|Horloge du module
Packs that the master counts|Модулей по счёту ведущего|Modules comptés par le maître
Remaining charge, as read with the capacities|Остаток заряда, прочитанный с ёмкостями|Charge restante, lue avec les capacités
Full charge, as read with the capacities|Полный заряд, прочитанный с ёмкостями|Charge totale, lue avec les capacités
Packs: cells, current and charge|Модули: ячейки, ток и заряд|Modules : cellules, courant et charge
Packs: alarms and switches|Модули: тревоги и ключи|Modules : alarmes et commutateurs
Pack power in use|Питание от модуля|Alimentation par le module
Packs: charge and discharge management|Модули: управление зарядом и разрядом|Modules : gestion de charge et décharge
Charge immediately 1|Срочный заряд 1|Charge immédiate 1
Charge immediately 2|Срочный заряд 2|Charge immédiate 2
Packs: limits|Модули: пределы|Modules : limites
Cell voltage, high|Напряжение ячейки, верхнее|Tension de cellule, haute
Cell voltage, low (alarm)|Напряжение ячейки, нижнее (тревога)|Tension de cellule, basse (alarme)
Cell voltage, under (protection)|Напряжение ячейки, предельно низкое (защита)|Tension de cellule, trop basse (protection)
Charging temperature, high|Температура заряда, верхняя|Température de charge, haute
Charging temperature, low|Температура заряда, нижняя|Température de charge, basse
Charge current of a module|Ток заряда модуля|Courant de charge d’un module
Module voltage, high|Напряжение модуля, верхнее|Tension du module, haute
Module voltage, low (alarm)|Напряжение модуля, нижнее (тревога)|Tension du module, basse (alarme)
Module voltage, under (protection)|Напряжение модуля, предельно низкое (защита)|Tension du module, trop basse (protection)
Discharging temperature, high|Температура разряда, верхняя|Température de décharge, haute
Discharging temperature, low|Температура разряда, нижняя|Température de décharge, basse
Discharge current of a module (negative)|Ток разряда модуля (отрицательный)|Courant de décharge d’un module (négatif)
Packs: identity|Модули: идентификация|Modules : identification
Version of the manufacturer|Версия изготовителя|Version du fabricant
Version of the main line|Версия основной линии|Version de la branche principale
Voltage at the port|Напряжение на клеммах|Tension aux bornes
Protocol for the inverter|Протокол инвертора|Protocole de l’onduleur
Remarks|Замечания|Remarques
Product information as one text|Сведения об изделии одной строкой|Informations du produit en un texte
Model code|Код модели|Code du modèle
Current without sign|Ток без знака|Courant sans signe
Temperature with 100 added|Температура плюс 100|Température augmentée de 100
Reserved|Зарезервировано|Réservé
Reserve|Резерв|Réserve
Output status code|Код состояния выхода|Code d’état de la sortie
Date as yymmdd|Дата как ггммдд|Date en aammjj
Time as hhmmss|Время как ччммсс|Heure en hhmmss
Values nobody has proven|Значения, смысл которых не доказан|Valeurs que personne n’a prouvées
Status word|Слово состояния|Mot d’état
New events|Новые события|Nouveaux événements
Configuration|Конфигурация|Configuration
Display cycle|Цикл индикации|Cycle d’affichage
Everything that the meter sent|Всё, что передал счётчик|Tout ce que le compteur a envoyé
Identification as the meter writes it|Обозначение, как его пишет счётчик|Identification telle que le compteur l’écrit
Name, where the identification is an OBIS code that is known|Название, если обозначение – известный код OBIS|Nom, si l’identification est un code OBIS connu
What stands between the brackets|Что стоит в скобках|Ce qui est entre parenthèses
Unit as printed|Единица, как она напечатана|Unité telle qu’imprimée
Further brackets, such as the time of a maximum|Дальнейшие скобки, например время максимума|Autres parenthèses, telle l’heure d’un maximum
INFOFLAG|INFOFLAG|INFOFLAG
Count of further fields|Число дополнительных полей|Nombre de champs suivants
INFOFLAG of the alarms|INFOFLAG тревог|INFOFLAG des alarmes
COMMAND|COMMAND|COMMAND
COMMAND, or count of packs|COMMAND или число модулей|COMMAND, ou nombre de modules
Temperatures as sent|Температуры, как переданы|Températures telles qu’envoyées
Remaining charge, two bytes|Остаток заряда, два байта|Charge restante, deux octets
Remaining charge, three bytes|Остаток заряда, три байта|Charge restante, trois octets
User-defined items|Поля пользователя|Éléments libres
Capacity, two bytes|Ёмкость, два байта|Capacité, deux octets
Capacity, three bytes|Ёмкость, три байта|Capacité, trois octets
States of the cells as sent|Состояния ячеек, как переданы|États des cellules tels qu’envoyés
States of the temperatures as sent|Состояния температур, как переданы|États des températures tels qu’envoyés
State of the charge current as sent|Состояние тока заряда, как передано|État du courant de charge tel qu’envoyé
State of the module voltage as sent|Состояние напряжения модуля, как передано|État de la tension du module tel qu’envoyé
State of the discharge current as sent|Состояние тока разряда, как передано|État du courant de décharge tel qu’envoyé
Status 1|Состояние 1|État 1
Status 2|Состояние 2|État 2
Status 3|Состояние 3|État 3
Status 4|Состояние 4|État 4
Status 5|Состояние 5|État 5
Unexplained bytes|Неразобранные байты|Octets inexpliqués
Count of status bytes|Число байтов состояния|Nombre d’octets d’état
Form of the answer|Вид ответа|Forme de la réponse
Form of the alarms|Вид тревог|Forme des alarmes
Short circuits|Короткие замыкания|Courts-circuits
Pack number|Номер модуля|Numéro du module
hall|датчик Холла|effet Hall
shunt|шунт|shunt
reverse_over_current|обратный сверхток|surintensité inverse
normally_open|нормально разомкнуто|normalement ouvert
normally_closed|нормально замкнуто|normalement fermé
none|нет|aucune
warning|предупреждение|avertissement
protection|защита|protection
fault|неисправность|défaut
below_limit|ниже предела|sous la limite
above_limit|выше предела|au-dessus de la limite
other_error|другая ошибка|autre erreur
Charge charged|Заряжено|Charge reçue
Charge discharged|Отдано|Charge rendue
Energy charged: device less gateway|Энергия заряда: устройство минус шлюз|Énergie chargée : appareil moins passerelle
Energy discharged: device less gateway|Энергия разряда: устройство минус шлюз|Énergie déchargée : appareil moins passerelle
Cost since counting began|Стоимость с начала учёта|Coût depuis le début du comptage
Energy without a price|Энергия без цены|Énergie sans prix
All batteries|Все батареи|Toutes les batteries
All meters|Все счётчики|Tous les compteurs
Power of all batteries|Мощность всех батарей|Puissance de toutes les batteries
Current of all batteries|Ток всех батарей|Courant de toutes les batteries
Remaining charge of all batteries|Остаток заряда всех батарей|Charge restante de toutes les batteries
Capacity of all batteries|Ёмкость всех батарей|Capacité de toutes les batteries
State of charge of all batteries|Уровень заряда всех батарей|État de charge de toutes les batteries
Power of all meters|Мощность по всем счётчикам|Puissance de tous les compteurs
How many are summed|Сколько суммируется|Nombre d’éléments additionnés
Missing in the sums|Не хватает в суммах|Absents des sommes
error|ошибка|erreur
data_memory_error|ошибка памяти данных|erreur de mémoire des données
parameter_memory_error|ошибка памяти параметров|erreur de mémoire des paramètres
measuring_error|ошибка измерения|erreur de mesure
clock_error|ошибка часов|erreur de l’horloge
battery_low|батарея разряжена|pile faible
programming_button|нажата кнопка программирования|bouton de programmation enfoncé
data_memory_dead|память данных неисправна|mémoire des données hors service
parameter_memory_dead|память параметров неисправна|mémoire des paramètres hors service
terminal_cover|крышка зажимов|capot de bornes
terminal_cover_off|крышка зажимов снята|capot de bornes retiré
load_on|нагрузка включена|charge branchée
load_off|нагрузка отключена|charge coupée
magnet|магнитное поле|aimant
relay_failed|неисправно реле|relais en défaut
case_open|вскрыт корпус|boîtier ouvert
miswired|неверное подключение|câblage erroné
power_off|отключение питания|coupure d’alimentation
parameter_write|запись параметров|écriture de paramètres
clock_write|установка часов|réglage de l’horloge
restart|перезапуск|redémarrage
logs_cleared|журналы очищены|journaux effacés
max_power_cleared|максимумы очищены|maxima effacés
phase_neutral_unequal|токи фазы и нейтрали не равны|phase et neutre inégaux
remote_programming|удалённое программирование|programmation à distance
read_without_password|чтение без пароля|lecture sans mot de passe
reset_energies|обнуление энергий|remise à zéro des énergies
daylight_saving|летнее время|heure d’été
cell_over_voltage|высокое напряжение ячейки|surtension de cellule
cell_under_voltage|низкое напряжение ячейки|sous-tension de cellule
pack_over_voltage|высокое напряжение батареи|surtension de la batterie
pack_under_voltage|низкое напряжение батареи|sous-tension de la batterie
charge_over_current|превышение тока заряда|surintensité de charge
discharge_over_current|превышение тока разряда|surintensité de décharge
discharge_over_current_2|превышение тока разряда, ступень 2|surintensité de décharge, niveau 2
discharge_over_current_2_lockout|блокировка: ток разряда, ступень 2|verrouillage : surintensité de décharge, niveau 2
short_circuit|короткое замыкание|court-circuit
short_circuit_lockout|блокировка: короткое замыкание|verrouillage : court-circuit
charge_high_temperature|высокая температура при заряде|température haute en charge
charge_low_temperature|низкая температура при заряде|température basse en charge
discharge_high_temperature|высокая температура при разряде|température haute en décharge
discharge_low_temperature|низкая температура при разряде|température basse en décharge
charge_temperature|температура при заряде|température en charge
discharge_temperature|температура при разряде|température en décharge
mosfet_high_temperature|высокая температура ключей|température haute des MOSFET
mosfet_low_temperature|низкая температура ключей|température basse des MOSFET
ambient_high_temperature|высокая температура среды|température ambiante haute
ambient_low_temperature|низкая температура среды|température ambiante basse
battery_high_temperature|высокая температура батареи|température haute de la batterie
battery_low_temperature|низкая температура батареи|température basse de la batterie
cell_difference|разброс ячеек|écart des cellules
reverse_polarity|обратная полярность|polarité inversée
soc_low|низкий уровень заряда|état de charge bas
charge_fet_error|неисправен ключ заряда|MOSFET de charge en défaut
discharge_fet_error|неисправен ключ разряда|MOSFET de décharge en défaut
predischarge_fet_error|неисправен ключ предразряда|MOSFET de prédécharge en défaut
discharge_fet_on|ключ разряда открыт|MOSFET de décharge fermé
charge_fet_on|ключ заряда открыт|MOSFET de charge fermé
precharge_fet_on|ключ предзаряда открыт|MOSFET de précharge fermé
charge_fet_forced_off|ключ заряда закрыт принудительно|MOSFET de charge forcé ouvert
discharge_fet_forced_off|ключ разряда закрыт принудительно|MOSFET de décharge forcé ouvert
ac_present|есть сеть|secteur présent
fully_charged|полностью заряжен|pleine charge
current_limiter_enabled|ограничитель тока разрешён|limiteur de courant autorisé
current_limiter_low_gear|ограничитель тока, нижняя ступень|limiteur de courant, petit régime
current_limiter_error|неисправен ограничитель тока|limiteur de courant en défaut
current_limiting|ток ограничивается|courant limité
self_depletion|саморазряд|autodécharge
heating_enabled|подогрев разрешён|chauffage autorisé
heating|подогрев|chauffage
heating_cells|ячейки греются|chauffage des cellules
cooling_enabled|охлаждение разрешено|refroidissement autorisé
cooling|охлаждение|refroidissement
buzzer_enabled|зуммер разрешён|avertisseur autorisé
buzzer|зуммер|avertisseur
led_enabled|светодиоды разрешены|voyants autorisés
gprs_enabled|GPRS разрешён|GPRS autorisé
heartbeat|признак работы|signe de vie
front_end_error|ошибка измерительной части|erreur de l’étage de mesure
data_storage_error|ошибка хранения данных|erreur de stockage des données
parameter_storage_error|ошибка хранения параметров|erreur de stockage des paramètres
high_voltage_protection|защита от высокого напряжения|protection haute tension
positive_insulation|изоляция плюса|isolement du positif
negative_insulation|изоляция минуса|isolement du négatif
battery_failure|отказ батареи|batterie défaillante
temperature_sensor_error|неисправен датчик температуры|capteur de température en défaut
voltage_sensor_error|неисправен датчик напряжения|capteur de tension en défaut
current_sensor_error|неисправен датчик тока|capteur de courant en défaut
key_switch_error|неисправен выключатель|interrupteur en défaut
cell_error|неисправна ячейка|cellule en défaut
sampling_error|ошибка измерений|erreur d’échantillonnage
output_connection|подключение выхода|branchement de la sortie
voltage_not_calibrated|напряжение не откалибровано|tension non étalonnée
current_not_calibrated|ток не откалиброван|courant non étalonné
zero_not_calibrated|ноль не откалиброван|zéro non étalonné
charge_high_voltage|высокое напряжение заряда|tension de charge haute
cell_too_low_to_charge|ячейка слишком разряжена для заряда|cellule trop basse pour charger
waiting_to_recharge|ожидание подзаряда|attente de recharge
waiting_for_automatic_charge|ожидание автоматического заряда|attente de charge automatique
waiting_for_manual_charge|ожидание ручного заряда|attente de charge manuelle
floating|поддерживающий заряд|charge d’entretien
standby|ожидание|veille
module_under_voltage|низкое напряжение модуля|sous-tension du module
module_over_voltage|высокое напряжение модуля|surtension du module
charge_over_temperature|перегрев при заряде|surchauffe en charge
discharge_over_temperature|перегрев при разряде|surchauffe en décharge
pack_power|питание от модуля|alimentation par le module
discharge_mosfet|ключ разряда открыт|MOSFET de décharge fermé
charge_mosfet|ключ заряда открыт|MOSFET de charge fermé
pre_charge_mosfet|ключ предзаряда открыт|MOSFET de précharge fermé
effective_charge|заряд идёт|charge effective
effective_discharge|разряд идёт|décharge effective
heater|подогрев|chauffage
`;
